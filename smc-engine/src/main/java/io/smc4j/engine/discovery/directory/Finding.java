package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * What came of a search for the engine that has a TCP connection.
 *
 * @param called the address that the client called
 * @param engine who says to have the connection; {@code null} if nobody
 * @param link the link group with that engine, or about to be
 * @param server the server's end as the engine sees it
 * @param proven whether an earlier connection to the address was made with this engine; who is not may be lying
 * @param objection why nobody was found
 */
public record Finding(InetSocketAddress called, Gid engine, CompletableFuture<SmcdLinkGroup> link,
        InetSocketAddress server, boolean proven, FallbackReason objection) {

    static Finding nobody(InetSocketAddress called, FallbackReason objection) {
        return new Finding(called, null, null, null, false, objection);
    }
}
