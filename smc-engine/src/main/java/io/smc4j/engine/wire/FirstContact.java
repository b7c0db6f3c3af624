package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first-contact extension: what the peers tell each other once per link group, in Accept and Confirm of version 2.
 *
 * <pre>
 * off  size  field
 *   0     1  bit 7 = direct, rest reserved
 *   1     1  bits 7-4 operating system, bits 3-0 release
 *   2     2  reserved
 *   4    32  host name, ASCII, padded with blanks
 *  36     1  most connections of the link group   \
 *  37     1  most links of the link group          |  release 1 (version 2.1) and later;
 *  38     2  feature mask                          |  in release 0, zero for SMC-R and
 *  40     4  vendor experimental options           |  not there for SMC-D
 *  44     8  reserved                             /
 * </pre>
 *
 * @param direct whether the peers share a subnet, with no gateway in between
 * @param osType the sender's operating system, such as {@link Clc#OS_LINUX}; 0 to 15
 * @param release 0 for version 2.0, 1 for version 2.1; 0 to 15
 * @param hostname the sender's host name, for people to read: up to 32 printable ASCII characters, may be empty; what a
 *        peer sends beyond these reads as {@code ?}
 * @param maxConnections most connections of the link group, 0 to 255; 0 in release 0
 * @param maxLinks most links of the link group, 0 to 255; 0 in release 0
 * @param featureMask bits such as {@link Clc#FEATURE_EMULATED_ISM}, 0 to 65535; 0 in release 0
 * @param vendorOptions vendor experimental options; 0 in release 0, and otherwise if none are meant
 */
public record FirstContact(
        boolean direct, int osType, int release, String hostname, int maxConnections, int maxLinks, int featureMask,
        int vendorOptions) {

    /** Bytes with the fields of release 1. */
    static final int LENGTH = 52;
    /** Bytes without the fields of release 1. */
    static final int RELEASE_0_LENGTH = 36;

    private static final int FLAGS_OFFSET = 0;
    private static final int OS_AND_RELEASE_OFFSET = 1;
    private static final int HOSTNAME_OFFSET = 4;
    private static final int MAX_CONNECTIONS_OFFSET = 36;
    private static final int MAX_LINKS_OFFSET = 37;
    private static final int FEATURE_MASK_OFFSET = 38;
    private static final int VENDOR_OPTIONS_OFFSET = 40;

    private static final int DIRECT = 0x80;
    private static final int HOSTNAME_LENGTH = 32;
    private static final byte PADDING = ' ';

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if one is out of its range or does not exist in the release
     */
    public FirstContact {
        Fields.requireUnsigned("operating system", osType, 4);
        Fields.requireUnsigned("release", release, 4);
        Fields.require(hostname.equals(hostnameOf(hostname)), "not a host name for the wire: \"" + hostname + "\"");
        Fields.requireUnsigned("most connections", maxConnections, Byte.SIZE);
        Fields.requireUnsigned("most links", maxLinks, Byte.SIZE);
        Fields.requireUnsigned("feature mask", featureMask, Short.SIZE);
        Fields.require(release > 0 || (maxConnections | maxLinks | featureMask | vendorOptions) == 0,
                "release 0 has neither limits nor features nor vendor options");
    }

    /** A text as it can stand in the host name field: printable ASCII, else {@code ?}, of at most 32 characters. */
    public static String hostnameOf(String text) {
        String cut = text.length() > HOSTNAME_LENGTH ? text.substring(0, HOSTNAME_LENGTH) : text;
        return cut.replaceAll("[^ -~]", "?").stripTrailing();
    }

    /** Bytes of the extension in an SMC-D message, where it depends on the release. */
    int smcdLength() {
        return smcdLength(release);
    }

    static int smcdLength(int release) {
        return release == 0 ? RELEASE_0_LENGTH : LENGTH;
    }

    void write(ByteBuffer out, int offset) {
        Fields.putU8(out, offset + FLAGS_OFFSET, direct ? DIRECT : 0);
        Fields.putNibbles(out, offset + OS_AND_RELEASE_OFFSET, osType, release);
        for (int i = 0; i < HOSTNAME_LENGTH; i++) {
            out.put(offset + HOSTNAME_OFFSET + i, i < hostname.length() ? (byte) hostname.charAt(i) : PADDING);
        }
        if (release > 0) {
            Fields.putU8(out, offset + MAX_CONNECTIONS_OFFSET, maxConnections);
            Fields.putU8(out, offset + MAX_LINKS_OFFSET, maxLinks);
            Fields.putU16(out, offset + FEATURE_MASK_OFFSET, featureMask);
            out.putInt(offset + VENDOR_OPTIONS_OFFSET, vendorOptions);
        }
    }

    static int readRelease(ByteBuffer in, int offset) {
        return Fields.lowNibble(Fields.getU8(in, offset + OS_AND_RELEASE_OFFSET));
    }

    /** Reads the extension; from release 1 on, all {@value #LENGTH} bytes must be there. */
    static FirstContact read(ByteBuffer in, int offset) {
        boolean direct = (Fields.getU8(in, offset + FLAGS_OFFSET) & DIRECT) != 0;
        int osType = Fields.highNibble(Fields.getU8(in, offset + OS_AND_RELEASE_OFFSET));
        String hostname = readHostname(in, offset + HOSTNAME_OFFSET);
        int release = readRelease(in, offset);
        if (release == 0) {
            return new FirstContact(direct, osType, release, hostname, 0, 0, 0, 0);
        }
        return new FirstContact(direct, osType, release, hostname,
                Fields.getU8(in, offset + MAX_CONNECTIONS_OFFSET),
                Fields.getU8(in, offset + MAX_LINKS_OFFSET),
                Fields.getU16(in, offset + FEATURE_MASK_OFFSET),
                in.getInt(offset + VENDOR_OPTIONS_OFFSET));
    }

    /** Takes zeros for padding, too: the field is informational, and not every sender may know about blanks. */
    private static String readHostname(ByteBuffer in, int offset) {
        byte[] bytes = new byte[HOSTNAME_LENGTH];
        in.get(offset, bytes);
        int end = HOSTNAME_LENGTH;
        while (end > 0 && (bytes[end - 1] == PADDING || bytes[end - 1] == 0)) {
            end--;
        }
        return hostnameOf(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
    }
}
