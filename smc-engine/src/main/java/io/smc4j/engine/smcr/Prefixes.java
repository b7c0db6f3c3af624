package io.smc4j.engine.smcr;

import io.smc4j.engine.wire.ClcPrefixes;
import io.smc4j.engine.wire.Ipv6Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The IP subnets of a network interface, of which version 1 demands one in common. */
final class Prefixes {

    private static final int MAX_IPV6 = 8;

    private Prefixes() {
    }

    /** Those of the interface that has a local address; nothing if there is none. */
    static Optional<ClcPrefixes> of(InetAddress local) {
        int subnet = 0;
        int length = 0;
        List<Ipv6Prefix> ipv6 = new ArrayList<>();
        for (InterfaceAddress address : addresses(local)) {
            InetAddress host = address.getAddress();
            int bits = address.getNetworkPrefixLength();
            if (host instanceof Inet4Address) {
                if (length == 0 || host.equals(local)) {
                    length = bits;
                    subnet = ByteBuffer.wrap(host.getAddress()).getInt() & mask(bits);
                }
            } else if (!host.isLinkLocalAddress() && ipv6.size() < MAX_IPV6) {
                ByteBuffer bytes = ByteBuffer.wrap(host.getAddress());
                long high = bytes.getLong() & mask64(bits);
                long low = bytes.getLong() & mask64(bits - Long.SIZE);
                ipv6.add(new Ipv6Prefix(high, low, bits));
            }
        }
        return length == 0 && ipv6.isEmpty() ? Optional.empty() : Optional.of(new ClcPrefixes(subnet, length, ipv6));
    }

    /** Whether a peer's subnets have one in common with those of a local address. */
    static boolean isShared(ClcPrefixes theirs, InetAddress local) {
        return of(local).map(ours -> ours.ipv4Length() > 0 && ours.ipv4Length() == theirs.ipv4Length()
                && ours.ipv4Subnet() == theirs.ipv4Subnet() || ours.ipv6().stream().anyMatch(theirs.ipv6()::contains))
                .orElse(false);
    }

    private static List<InterfaceAddress> addresses(InetAddress local) {
        try {
            NetworkInterface device = NetworkInterface.getByInetAddress(local);
            return device == null ? List.of() : device.getInterfaceAddresses();
        } catch (SocketException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "network interfaces not listed", e);
            return List.of();
        }
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << Integer.SIZE - bits;
    }

    private static long mask64(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }
}
