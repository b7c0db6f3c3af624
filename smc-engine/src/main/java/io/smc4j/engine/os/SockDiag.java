package io.smc4j.engine.os;

import java.nio.ByteBuffer;

/** What all questions by the netlink family {@code NETLINK_SOCK_DIAG} have in common ({@code linux/sock_diag.h}). */
final class SockDiag {

    static final short BY_FAMILY = 20;
    static final short NLM_F_REQUEST = 1;
    static final short NLM_F_REQUEST_DUMP = 0x301;
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    /** Bytes of a {@code struct nlmsghdr}. */
    static final int HEADER_SIZE = 16;

    /** {@code MAX_ERRNO} in {@code linux/err.h}. */
    private static final int MAX_ERRNO = 4095;
    private static final int AF_NETLINK = 16;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int ATTRIBUTE_HEADER_SIZE = 4;

    private SockDiag() {
    }

    /** Opens a socket to the kernel. */
    static int open() throws OsException {
        return Sockets.open(AF_NETLINK, Sockets.SOCK_RAW, NETLINK_SOCK_DIAG);
    }

    /** What a length takes, as messages and attributes begin at multiples of four. */
    static int aligned(int length) {
        return length + 3 & ~3;
    }

    /** What a message of type {@link #NLMSG_ERROR} tells; {@code EPROTO} if that is no error number. */
    static int errno(ByteBuffer body) {
        int errno = body.remaining() < Integer.BYTES ? 0 : -body.getInt(body.position());
        return errno > 0 && errno <= MAX_ERRNO ? errno : Errno.EPROTO;
    }

    /**
     * The payload of an attribute, in the same byte order.
     *
     * @param attributes from the first one on; what lies behind one of a wrong length is not looked at
     * @return {@code null} if there is no attribute of the type
     */
    static ByteBuffer attribute(ByteBuffer attributes, int type) {
        int at = 0;
        while (attributes.limit() - at >= ATTRIBUTE_HEADER_SIZE) {
            int length = Short.toUnsignedInt(attributes.getShort(at));
            if (length < ATTRIBUTE_HEADER_SIZE || length > attributes.limit() - at) {
                break;
            }
            if (Short.toUnsignedInt(attributes.getShort(at + 2)) == type) {
                return attributes.slice(at + ATTRIBUTE_HEADER_SIZE, length - ATTRIBUTE_HEADER_SIZE)
                        .order(attributes.order());
            }
            at += aligned(length);
        }
        return null;
    }
}
