package io.smc4j.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Map;

/**
 * An SMC engine, seen as what makes channels: TCP sockets whose payload travels by SMC wherever both sides can. Opened
 * by {@link Smc#open}. Thread-safe.
 */
public abstract class SmcProvider extends SelectorProvider implements AutoCloseable {

    /** For subclasses. */
    protected SmcProvider() {
    }

    /** The settings it was opened with. */
    public abstract SmcConfig config();

    /** The rules in force, which can be changed; they decide about connections made from then on. */
    public abstract PolicyTable policyTable();

    /** The policy in force. */
    public final SmcPolicy policy() {
        return policyTable().policy();
    }

    /** Replaces the policy; it decides about connections made from now on. */
    public final void setPolicy(SmcPolicy policy) {
        policyTable().replace(policy);
    }

    /** What the engine looks like now. Costs in proportion to the number of open connections. */
    public abstract SmcSnapshot snapshot();

    /** Begins the second span of the {@linkplain SmcSnapshot#statistics() statistics} anew. */
    public abstract void resetStatistics();

    /**
     * How many connections went to TCP so far, by reason; only reasons that have occurred. Costs little, unlike a
     * snapshot.
     */
    public abstract Map<FallbackReason, Long> fallbacks();

    /**
     * Makes a socket in the place of {@code new Socket()}, whose bytes travel as a channel's: with the JDK's exceptions
     * for sockets, and closed by an interrupt of a virtual thread only.
     */
    public abstract Socket openSocket() throws IOException;

    /**
     * Makes a server socket in the place of {@code new ServerSocket()}. What it accepts is as {@link #openSocket()} has
     * it.
     */
    public abstract ServerSocket openServerSocket() throws IOException;

    /**
     * Whether a connection to a listener may come to use SMC, as far as this side can tell before it connects: the
     * settings and the policy allow it, no attempt failed of late, and the listener has made itself known or is on a
     * host from which it would be known by connecting. Where memory can be shared with a listener, that begins.
     *
     * @return false if it would be TCP now, and for an address that is unresolved
     */
    public abstract boolean mayConnectTo(InetSocketAddress listener);

    /**
     * Connects to a peer as a client would, and tells step by step how far SMC comes. Sends nothing over the
     * connection, and so nothing at all to a listener that is not known to understand SMC; only one that offers over
     * SMC to return what it gets is sent a few bytes.
     *
     * @param timeout for the name service and the connect, each; the handshake has its own
     */
    public abstract PeerCheck check(String host, int port, Duration timeout);

    /** How clients learn of listeners, and tell of theirs, where HTTP is spoken. */
    public abstract HttpDiscovery httpDiscovery();

    /**
     * Ends the engine: SMC connections are reset and their channels closed, so that nothing holds the memory shared
     * with peers any more. TCP connections live on, and channels made from now on are TCP. Close channels before in
     * good order.
     */
    @Override
    public abstract void close();

    /**
     * Opens engines. {@link Smc} finds the implementation, which only Java 22 and later load, as a service.
     */
    public interface Factory {

        /** Why no engine can be opened in this process, in one line; {@code null} if one can. */
        String unavailabilityCause();

        /**
         * Starts an engine.
         *
         * @throws IOException if descriptors are exhausted
         */
        SmcProvider open(SmcConfig config) throws IOException;
    }
}
