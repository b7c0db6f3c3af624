package io.smc4j.engine;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IP addresses as text. Reads digits only: a host name is refused, never looked up, which the methods of
 * {@link InetAddress} that exist on Java 17 would do.
 */
final class AddressLiteral {

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
    private static final Pattern GROUP = Pattern.compile("\\p{XDigit}{1,4}");
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;

    private AddressLiteral() {
    }

    /**
     * Reads four decimal numbers (without leading zeros, which some take for octal), or an IPv6 address as RFC 4291,
     * section 2.2, writes it, without zone. An IPv4 address in IPv6 form becomes the IPv4 address.
     *
     * @return {@code null} if the text is anything else
     */
    static InetAddress parse(String text) {
        byte[] bytes = text.indexOf(':') < 0 ? parseIpv4(text) : parseIpv6(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address of " + bytes.length + " bytes", e);
        }
    }

    private static byte[] parseIpv4(String text) {
        Matcher octets = IPV4.matcher(text);
        if (!octets.matches()) {
            return null;
        }
        byte[] bytes = new byte[IPV4_LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(octets.group(i + 1));
        }
        return bytes;
    }

    private static byte[] parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] bytes = parseGroups(text, true);
            return bytes != null && bytes.length == IPV6_LENGTH ? bytes : null;
        }
        byte[] head = gap == 0 ? new byte[0] : parseGroups(text.substring(0, gap), false);
        byte[] tail = gap + 2 == text.length() ? new byte[0] : parseGroups(text.substring(gap + 2), true);
        // The gap stands for one group of zeros at least.
        if (head == null || tail == null || head.length + tail.length > IPV6_LENGTH - 2) {
            return null;
        }
        byte[] bytes = Arrays.copyOf(head, IPV6_LENGTH);
        System.arraycopy(tail, 0, bytes, IPV6_LENGTH - tail.length, tail.length);
        return bytes;
    }

    /** @param last whether the address ends here, so that an IPv4 address may stand for the last two groups */
    private static byte[] parseGroups(String text, boolean last) {
        String[] groups = text.split(":", -1);
        byte[] bytes = new byte[Math.min(groups.length * 2 + 2, IPV6_LENGTH)];
        int length = 0;
        for (int i = 0; i < groups.length; i++) {
            byte[] group = last && i == groups.length - 1 ? parseIpv4(groups[i]) : null;
            if (group == null) {
                if (!GROUP.matcher(groups[i]).matches()) {
                    return null;
                }
                int value = Integer.parseInt(groups[i], 16);
                group = new byte[] {(byte) (value >> 8), (byte) value};
            }
            if (length + group.length > bytes.length) {
                return null;
            }
            System.arraycopy(group, 0, bytes, length, group.length);
            length += group.length;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** The address in digits; an IPv6 address in the short form of RFC 5952. */
    static String format(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        int gap = longestRunOfZeros(bytes);
        int afterGap = gap < 0 ? -1 : endOfZeros(bytes, gap);
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < bytes.length) {
            if (i == gap) {
                text.append("::");
                i = afterGap;
            } else {
                if (i > 0 && i != afterGap) {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(bytes, i)));
                i += 2;
            }
        }
        return text.toString();
    }

    /** Where two groups of zeros or more begin, of the longest such run the first; -1 if there is none. */
    private static int longestRunOfZeros(byte[] bytes) {
        int longest = -1;
        int length = 2;
        for (int i = 0; i < bytes.length; i += 2) {
            int end = endOfZeros(bytes, i);
            if (end - i > length) {
                longest = i;
                length = end - i;
            }
        }
        return longest;
    }

    private static int endOfZeros(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && group(bytes, end) == 0) {
            end += 2;
        }
        return end;
    }

    private static int group(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at]) << 8 | Byte.toUnsignedInt(bytes[at + 1]);
    }
}
