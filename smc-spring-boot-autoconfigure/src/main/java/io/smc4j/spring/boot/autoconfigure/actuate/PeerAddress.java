package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.InvalidSettingException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;

/** Reads whom a request means. */
final class PeerAddress {

    private static final int LAST_PORT = 65535;

    private PeerAddress() {
    }

    /**
     * Reads {@code host:port}, an IPv6 address in brackets. A name is not looked up.
     *
     * @throws InvalidSettingException if it is something else
     */
    static InetSocketAddress parse(String peer) {
        try {
            if (peer != null && peer.indexOf('@') < 0) {
                int colon = peer.lastIndexOf(':');
                String host = peer.substring(0, Math.max(colon, 0));
                // The port of a URI may be empty, and any number.
                String digits = peer.substring(colon + 1);
                URI uri = new URI("smc://" + (isName(host) ? "x" : host));
                if (uri.getHost() != null && uri.getRawPath().isEmpty() && uri.getPort() < 0
                        && digits.matches("\\d{1,5}")) {
                    int port = Integer.parseInt(digits);
                    if (port >= 1 && port <= LAST_PORT) {
                        return InetSocketAddress.createUnresolved(
                                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
                    }
                }
            }
        } catch (URISyntaxException e) {
            throw refused(peer);
        }
        throw refused(peer);
    }

    /** Underscores too, which are usual in names of containers, but not in URIs. */
    private static boolean isName(String host) {
        return host.matches("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?");
    }

    private static InvalidSettingException refused(String peer) {
        return new InvalidSettingException("peer", peer,
                "a host and a port between 1 and 65535 such as 10.0.0.7:8080, orders:8080 or [fd00::7]:8080");
    }
}
