package io.smc4j.engine.nio;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/** Checks of socket addresses, as the JDK's channels make them. */
final class Addresses {

    private Addresses() {
    }

    static InetSocketAddress any() {
        return new InetSocketAddress(0);
    }

    static InetSocketAddress requireResolved(SocketAddress address) {
        if (!(Objects.requireNonNull(address) instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        return inet;
    }

    /** A wildcard as destination means this host. */
    static InetSocketAddress connectable(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()) : address;
    }
}
