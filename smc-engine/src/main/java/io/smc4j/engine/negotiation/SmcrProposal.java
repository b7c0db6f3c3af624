package io.smc4j.engine.negotiation;

import io.smc4j.engine.rdma.RdmaOffer;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcPrefixes;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcV2Extension;
import io.smc4j.engine.wire.Ipv6Prefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the Proposal of SMC-R: its header is of version 2, as Linux's is, whatever is offered. */
final class SmcrProposal {

    private static final int RELEASE = 1;

    private SmcrProposal() {
    }

    /** @param local the connection's local address, whose subnets version 1 wants to know */
    static ClcProposal of(RdmaOffer offer, InetAddress local) {
        return new ClcProposal(Clc.V2, type(offer.hasV1()), type(offer.hasV2()), offer.peerId(), offer.v1Gid(), offer.mac(),
                Optional.empty(), offer.hasV1() ? Optional.of(prefixes(local)) : Optional.empty(),
                offer.hasV2() ? Optional.of(extension(offer)) : Optional.empty());
    }

    private static int type(boolean offered) {
        return offered ? Clc.SMC_TYPE_R : Clc.SMC_TYPE_N;
    }

    private static ClcV2Extension extension(RdmaOffer offer) {
        return new ClcV2Extension(offer.eids(), RELEASE, offer.v2Gid(), offer.maxConnections(), offer.maxLinks(), 0,
                Optional.empty());
    }

    /** The subnets of the network interface that has an address; none if there is no such interface. */
    static ClcPrefixes prefixes(InetAddress local) {
        List<InterfaceAddress> addresses = List.of();
        try {
            NetworkInterface owner = NetworkInterface.getByInetAddress(local);
            if (owner != null) {
                addresses = owner.getInterfaceAddresses();
            }
        } catch (SocketException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "no subnets for an SMC-R proposal", e);
        }
        return prefixes(local, addresses);
    }

    static ClcPrefixes prefixes(InetAddress local, List<InterfaceAddress> addresses) {
        InterfaceAddress ipv4 = null;
        List<Ipv6Prefix> ipv6 = new ArrayList<>();
        for (InterfaceAddress each : addresses) {
            if (each.getAddress() instanceof Inet4Address found && (ipv4 == null || found.equals(local))) {
                ipv4 = each;
            }
            if (each.getAddress() instanceof Inet6Address found && !found.isLinkLocalAddress()
                    && ipv6.size() < Clc.MAX_IPV6_PREFIXES) {
                ipv6.add(ipv6Prefix(found, each.getNetworkPrefixLength()));
            }
        }
        if (ipv4 == null) {
            return new ClcPrefixes(0, 0, ipv6);
        }
        int length = ipv4.getNetworkPrefixLength();
        int address = ByteBuffer.wrap(ipv4.getAddress().getAddress()).getInt();
        return new ClcPrefixes((int) (address & mask(length + Integer.SIZE)), length, ipv6);
    }

    private static Ipv6Prefix ipv6Prefix(Inet6Address address, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return new Ipv6Prefix(bytes.getLong() & mask(length), bytes.getLong() & mask(length - Long.SIZE), length);
    }

    /** A long whose upper bits are set, all of them from 64 on and none up to 0. */
    private static long mask(int length) {
        return length <= 0 ? 0 : length >= Long.SIZE ? -1 : -1L << (Long.SIZE - length);
    }
}
