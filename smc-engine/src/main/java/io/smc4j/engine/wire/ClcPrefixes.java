package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The prefix area of a Proposal: the client's IP subnets, of which version 1 demands one in common.
 *
 * <pre>
 * off  size  field
 *   0     4  IPv4 subnet address
 *   4     1  IPv4 prefix length in bits
 *   5     2  reserved
 *   7     1  number n of IPv6 prefixes, at most 8
 *   8  17*n  {@link Ipv6Prefix}
 * </pre>
 *
 * @param ipv4Subnet the IPv4 address and mask, big endian; 0 if there is none
 * @param ipv4Length the length of the IPv4 prefix in bits, 0 to 32
 * @param ipv6 the IPv6 prefixes, at most eight
 */
public record ClcPrefixes(int ipv4Subnet, int ipv4Length, List<Ipv6Prefix> ipv6) {

    static final int MIN_LENGTH = 8;
    static final int MAX_LENGTH = MIN_LENGTH + Clc.MAX_IPV6_PREFIXES * Ipv6Prefix.ENCODED_LENGTH;

    private static final int IPV4_LENGTH_OFFSET = 4;
    private static final int IPV6_COUNT_OFFSET = 7;
    private static final int IPV6_OFFSET = 8;

    private static final int MAX_IPV4_LENGTH = 32;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the IPv4 length or the number of IPv6 prefixes is out of its range
     */
    public ClcPrefixes {
        Fields.requireInRange("IPv4 prefix length", ipv4Length, 0, MAX_IPV4_LENGTH);
        ipv6 = List.copyOf(ipv6);
        Fields.requireInRange("number of IPv6 prefixes", ipv6.size(), 0, Clc.MAX_IPV6_PREFIXES);
    }

    int length() {
        return length(ipv6.size());
    }

    private static int length(int ipv6Count) {
        return MIN_LENGTH + ipv6Count * Ipv6Prefix.ENCODED_LENGTH;
    }

    void write(ByteBuffer out, int offset) {
        out.putInt(offset, ipv4Subnet);
        Fields.putU8(out, offset + IPV4_LENGTH_OFFSET, ipv4Length);
        Fields.putU8(out, offset + IPV6_COUNT_OFFSET, ipv6.size());
        for (int i = 0; i < ipv6.size(); i++) {
            ipv6.get(i).write(out, offset + IPV6_OFFSET + i * Ipv6Prefix.ENCODED_LENGTH);
        }
    }

    /** Reads the area, which must lie within the message, trailer not counted. */
    static ClcPrefixes read(ByteBuffer in, int offset) throws ClcFormatException {
        ClcHeader.requireAtLeast(in, offset + MIN_LENGTH + ClcHeader.TRAILER_LENGTH);
        int ipv4Length = Fields.getU8(in, offset + IPV4_LENGTH_OFFSET);
        ClcFormatException.requireAtMost("IPv4 prefix length", offset + IPV4_LENGTH_OFFSET, ipv4Length,
                MAX_IPV4_LENGTH);
        int count = Fields.getU8(in, offset + IPV6_COUNT_OFFSET);
        ClcFormatException.requireAtMost("number of IPv6 prefixes", offset + IPV6_COUNT_OFFSET, count,
                Clc.MAX_IPV6_PREFIXES);
        ClcHeader.requireAtLeast(in, offset + length(count) + ClcHeader.TRAILER_LENGTH);
        List<Ipv6Prefix> ipv6 = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ipv6.add(Ipv6Prefix.read(in, offset + IPV6_OFFSET + i * Ipv6Prefix.ENCODED_LENGTH));
        }
        return new ClcPrefixes(in.getInt(offset), ipv4Length, ipv6);
    }
}
