package io.smc4j.engine.wire;

/**
 * Constants of LLC, the link layer control protocol of SMC-R.
 *
 * <p>Every message starts with this header:
 * <pre>
 * off  size  version 1                          version 2
 *   0     1  type: 0x01 to 0x09                 type: 0x21 to 0x29
 *   1     1  length, 44                         length, 16 bits in the order of the sender's host
 *   2     1  bits 3-0 reason of a rejection     (second byte of the length)
 *   3     1  flags; 0x80 = response             flags; 0x80 = response
 * </pre>
 * Offsets given with the messages count from the start of this header.
 */
public final class Llc {

    /** Bytes of every message that is not longer: all of version 1, most of version 2. */
    public static final int LENGTH = 44;

    /** Most remote keys a message of version 2 may carry: as many as a link group has RMBs. */
    public static final int MAX_RKEYS = 255;

    /** Bytes of the longest message that can be valid: an ADD LINK, or a REQUEST ADD LINK, with a full list. */
    public static final int MAX_LENGTH = Math.max(LlcAddLink.MAX_LENGTH, LlcRequestAddLink.MAX_LENGTH);

    /** Reason of a rejected ADD LINK, version 1: there is no other path. */
    public static final int NO_ALTERNATE_PATH = 1;

    /** Reason of a DELETE LINK: the path was lost. */
    public static final int LOST_PATH = 0x0001_0000;
    /** Reason of a DELETE LINK: an operator ends it, such as by a reboot. */
    public static final int OPERATOR_INITIATED = 0x0002_0000;
    /** Reason of a DELETE LINK: the program ends it, such as an idle link group. */
    public static final int PROGRAM_INITIATED = 0x0003_0000;
    /** Reason of a DELETE LINK: the peer violated the protocol. */
    public static final int PROTOCOL_VIOLATION = 0x0004_0000;
    /** Reason of a DELETE LINK: an asymmetric link is no longer needed. */
    public static final int ASYMMETRIC_NO_LONGER_NEEDED = 0x0005_0000;

    /** Reason in the response to a DELETE LINK: done. */
    public static final int DELETED = 0;
    /** Reason in the response to a DELETE LINK: there is no such link. */
    public static final int UNKNOWN_LINK = 0x0010_0000;
    /** Reason in the response to a DELETE LINK: there is no such link group. */
    public static final int UNKNOWN_LINK_GROUP = 0x0020_0000;

    static final int CONFIRM_LINK = 0x1;
    static final int ADD_LINK = 0x2;
    static final int ADD_LINK_CONTINUATION = 0x3;
    static final int DELETE_LINK = 0x4;
    static final int REQUEST_ADD_LINK = 0x5;
    static final int CONFIRM_RKEY = 0x6;
    static final int TEST_LINK = 0x7;
    static final int DELETE_RKEY = 0x9;

    private Llc() {
    }
}
