package io.smc4j.engine;

import io.smc4j.engine.SmcPolicy.Direction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/** A connection as rules see it. What costs something to know is found out once for all rules. For one thread. */
final class PolicySubject {

    private final Direction direction;
    private final InetAddress address;
    private final String name;
    private final int port;
    private byte[] bytes;
    private String text;

    private PolicySubject(Direction direction, InetAddress address, String name, int port) {
        this.direction = direction;
        this.address = address;
        this.name = name != null ? name.toLowerCase(Locale.ROOT) : null;
        this.port = port;
    }

    /** @param remote the listener; its host string is what the caller named */
    static PolicySubject outbound(InetSocketAddress remote) {
        return new PolicySubject(Direction.OUTBOUND, remote.getAddress(), remote.getHostString(), remote.getPort());
    }

    /** The peer's own port is random, so rules mean the listener's. */
    static PolicySubject inbound(InetAddress peer, int listenPort) {
        return new PolicySubject(Direction.INBOUND, peer, null, listenPort);
    }

    Direction direction() {
        return direction;
    }

    int port() {
        return port;
    }

    /** What the caller named, in lower case; {@code null} for an accepted connection. */
    String name() {
        return name;
    }

    /** The address in digits; {@code null} if the name is not resolved. */
    String addressText() {
        if (text == null && address != null) {
            text = address.getHostAddress();
        }
        return text;
    }

    /** The address in network byte order; {@code null} if the name is not resolved. */
    byte[] addressBytes() {
        if (bytes == null && address != null) {
            bytes = address.getAddress();
        }
        return bytes;
    }
}
