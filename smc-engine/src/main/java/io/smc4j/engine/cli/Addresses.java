package io.smc4j.engine.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as a command line writes them: {@code host:port}, with an IPv6 address in brackets. */
final class Addresses {

    private Addresses() {
    }

    /** Reads {@code [HOST:]PORT}; without a host (or with {@code *}) it means every address of this host. */
    static InetSocketAddress parseListen(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        int port = port(text, text.substring(colon + 1), 0);
        String host = colon < 0 ? "" : host(text, colon);
        return host.isEmpty() || host.equals("*") ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    /** Reads {@code HOST:PORT}; the result is unresolved if the host is unknown. */
    static InetSocketAddress parsePeer(String text) throws UsageException {
        InetSocketAddress peer = parseUnresolved(text);
        return new InetSocketAddress(peer.getHostString(), peer.getPort());
    }

    /** Reads {@code HOST:PORT}, without a look at the name service. */
    static InetSocketAddress parseUnresolved(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : host(text, colon);
        if (host.isEmpty()) {
            throw new UsageException("'" + text + "' is not HOST:PORT");
        }
        return InetSocketAddress.createUnresolved(host, port(text, text.substring(colon + 1), 1));
    }

    private static String host(String text, int colon) throws UsageException {
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        if (host.indexOf(':') >= 0) {
            throw new UsageException("'" + text + "': write an IPv6 address in brackets, e.g. [::1]:8080");
        }
        return host;
    }

    private static int port(String text, String digits, int min) throws UsageException {
        try {
            int port = Integer.parseInt(digits);
            if (port >= min && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' does not end in a port number");
        }
        throw new UsageException("port " + digits + " is not between " + min + " and 65535");
    }

    /** The host as text, {@code *} for every address. */
    static String host(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host == null) {
            return address.getHostString();
        }
        return host.isAnyLocalAddress() ? "*" : host.getHostAddress();
    }

    /** Host and port as text. */
    static String format(InetSocketAddress address) {
        return host(address).equals("*") ? "*:" + address.getPort() : io.smc4j.engine.Addresses.text(address);
    }
}
