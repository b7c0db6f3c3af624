package io.smc4j.engine.discovery;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Markers tell of listeners on this host: each is a listening UNIX socket in the abstract namespace, named after the
 * TCP address. It belongs to the network namespace, as the TCP port does, and vanishes with its process. A marker only
 * says that an attempt is worth while. Who answers on the TCP connection is proven there. Thread-safe.
 */
public final class Markers {

    private static final String PREFIX = "smc4j/2/";
    /** Both families: the engine's IPv6 sockets take IPv4 connections, too. */
    private static final String WILDCARD = "*";
    private static final String IPV4_WILDCARD = "0.0.0.0";

    private final ControlLoop loop;
    private final SmcdLinkGroups linkGroups;
    private final boolean wanted;

    /** @param wanted whether shared memory is to be used */
    Markers(ControlLoop loop, SmcdLinkGroups linkGroups, boolean wanted) {
        this.loop = loop;
        this.linkGroups = linkGroups;
        this.wanted = wanted;
    }

    /**
     * Looks for the marker of a listener on this host and begins to share memory with its process.
     *
     * @return {@code null} if there is no marker
     */
    public CompletableFuture<SmcdLinkGroup> find(InetSocketAddress listener) {
        return first(names(listener), linkGroups::toMarker);
    }

    /**
     * The link group with a listener's process, without a look for the marker. Two listeners for one address and port
     * are rare, and told apart by the handshake, so it does not matter that there might be the marker of another.
     *
     * @return {@code null} if none is known
     */
    public CompletableFuture<SmcdLinkGroup> known(InetSocketAddress listener) {
        return first(names(listener), linkGroups::known);
    }

    private static CompletableFuture<SmcdLinkGroup> first(List<String> names,
            Function<String, CompletableFuture<SmcdLinkGroup>> finder) {
        for (String name : names) {
            CompletableFuture<SmcdLinkGroup> found = finder.apply(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** What the marker of who listens there may be called. */
    private static List<String> names(InetSocketAddress listener) {
        String own = name(listener);
        String wildcard = name(WILDCARD, listener.getPort());
        return listener.getAddress() instanceof Inet4Address
                ? List.of(own, wildcard, name(IPV4_WILDCARD, listener.getPort()))
                : List.of(own, wildcard);
    }

    /**
     * Leaves a marker, unless shared memory is not to be used. If that is not possible now, as another process has left
     * one for the same address or descriptors have run out, it is tried again until the marker is closed. Call it when
     * the address is bound and before anybody can connect: who finds no marker goes on with TCP, for as long as the
     * connection lasts.
     *
     * @param bound the listener's address
     */
    public Marker publish(InetSocketAddress bound) {
        Marker marker = new Marker(loop, linkGroups, name(bound));
        if (wanted) {
            marker.open();
        }
        return marker;
    }

    /** What the marker of a listener at an address is called. */
    public static String name(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host.isAnyLocalAddress()) {
            // Another program may listen at the port for IPv6 if the wildcard is that of IPv4.
            return name(host instanceof Inet4Address ? IPV4_WILDCARD : WILDCARD, address.getPort());
        }
        return name(host.getHostAddress(), address.getPort());
    }

    private static String name(String host, int port) {
        return PREFIX + host + ":" + port;
    }
}
