package io.smc4j.engine;

import java.net.InetSocketAddress;

/** Addresses as reports write them. */
public final class Addresses {

    private Addresses() {
    }

    /** The address in digits, which needs no name service, and the port; {@code null} for none. */
    public static String text(InetSocketAddress address) {
        if (address == null) {
            return null;
        }
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
