package io.smc4j.engine.nio;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/** Checks of socket addresses, as the JDK's channels make them. */
final class Addresses {

    private static final InetAddress IPV4_WILDCARD = ofBytes(new byte[4]);
    private static final InetAddress IPV6_WILDCARD = ofBytes(new byte[16]);
    private static final InetAddress IPV4_LOOPBACK = ofBytes(new byte[] {127, 0, 0, 1});
    private static final InetAddress IPV6_LOOPBACK =
            ofBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private Addresses() {
    }

    /** The wildcard of a socket's family; that of IPv6 includes IPv4. */
    static InetSocketAddress any(boolean ipv6) {
        return new InetSocketAddress(ipv6 ? IPV6_WILDCARD : IPV4_WILDCARD, 0);
    }

    /** @param ipv6 whether the socket takes IPv6 addresses, besides those of IPv4 */
    static InetSocketAddress requireUsable(SocketAddress address, boolean ipv6) {
        if (!(Objects.requireNonNull(address) instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (!ipv6 && !(inet.getAddress() instanceof Inet4Address)) {
            throw new UnsupportedAddressTypeException();
        }
        return inet;
    }

    /** A wildcard as destination means this host. */
    static InetSocketAddress connectable(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (!host.isAnyLocalAddress()) {
            return address;
        }
        return new InetSocketAddress(host instanceof Inet4Address ? IPV4_LOOPBACK : IPV6_LOOPBACK, address.getPort());
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are an address", e);
        }
    }
}
