package io.smc4j.engine.os;

import static io.smc4j.engine.os.SockDiag.HEADER_SIZE;
import static io.smc4j.engine.os.SockDiag.NLMSG_DONE;
import static io.smc4j.engine.os.SockDiag.NLMSG_ERROR;
import static io.smc4j.engine.os.SockDiag.NLM_F_REQUEST_DUMP;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Asks the kernel for its AF_SMC sockets: a dump by the netlink family {@code NETLINK_SOCK_DIAG}, which the kernel's
 * module {@code smc_diag} answers ({@code linux/smc_diag.h}). It needs no privilege. Thread-safe.
 *
 * <pre>
 * nlmsghdr      length 4, type 2, flags 2, sequence 4, port 4
 * smc_diag_msg  family 1, state 1, mode 1, shutdown 1, inet_diag_sockid 48, uid 4, inode 8
 * nlattr ...    length 2, type 2, payload, padded to 4
 * </pre>
 *
 * All in host byte order but for what is not looked at here. Lengths are checked before they are used.
 */
public final class SmcDiag {

    /** {@link KernelSocket#mode()}: SMC-R, or not known yet. */
    public static final int MODE_SMCR = 0;
    /** {@link KernelSocket#mode()}: TCP, as no other was possible. */
    public static final int MODE_TCP = 1;
    /** {@link KernelSocket#mode()}: SMC-D. */
    public static final int MODE_SMCD = 2;

    /** {@link KernelSocket#state()}: not connected, or in the handshake. */
    public static final int STATE_INIT = 2;
    /** {@link KernelSocket#state()}: a listener. */
    public static final int STATE_LISTEN = 10;

    /** Attributes that are asked for: CONNINFO and FALLBACK, each by the bit of its type less one. */
    private static final int EXTENSIONS = 1 << 0 | 1 << 4;
    private static final int ATTRIBUTE_CONNINFO = 1;
    private static final int ATTRIBUTE_FALLBACK = 5;

    private static final int SEQUENCE = 1;
    private static final int SOCKET_ID_SIZE = 48;
    private static final int REQUEST_SIZE = HEADER_SIZE + 4 + SOCKET_ID_SIZE;
    private static final int MESSAGE_SIZE = 64;
    private static final int INODE = 56;
    private static final int ANSWER_MILLIS = 2000;

    /**
     * One AF_SMC socket of this network namespace.
     *
     * @param inode as {@link Descriptors#inode} tells it; it is the only name that a socket keeps when it goes to TCP,
     *        as what the descriptor stands for is replaced then
     * @param state the kernel's number for it
     * @param mode one of the modes above; means nothing in {@link #STATE_INIT} and {@link #STATE_LISTEN}
     * @param fallbackReason diagnosis code of the kernel; 0 if there is none
     * @param peerDiagnosis the code in the peer's Decline, or 0
     * @param sendBufferSize bytes; 0 unless on SMC
     * @param receiveBufferSize bytes of the RMBE or DMBE; 0 unless on SMC
     */
    public record KernelSocket(
            long inode, int state, int mode, int fallbackReason, int peerDiagnosis, int sendBufferSize,
            int receiveBufferSize) {

        /** Whether the handshake is over, so that the mode counts. */
        public boolean isDecided() {
            return state != STATE_INIT && state != STATE_LISTEN;
        }
    }

    private SmcDiag() {
    }

    /**
     * All AF_SMC sockets, by their inodes.
     *
     * @throws OsException with {@code ENOENT} if the module is not to be had; with {@code EPROTO} if the answer makes
     *        no sense
     */
    public static Map<Long, KernelSocket> dump() throws OsException {
        int fd = SockDiag.open();
        try {
            Sockets.write(fd, request());
            Map<Long, KernelSocket> sockets = new HashMap<>();
            ByteBuffer answer = ByteBuffer.allocate(NativeScratch.BUFFER_SIZE);
            do {
                if (Sockets.poll(fd, Sockets.POLLIN, ANSWER_MILLIS) == 0) {
                    throw OsException.of("smc_diag", Errno.ETIMEDOUT);
                }
                if (Sockets.read(fd, answer.clear()) == Sockets.UNAVAILABLE) {
                    throw OsException.of("smc_diag", Errno.EAGAIN);
                }
            } while (!parse(answer.flip(), sockets));
            return sockets;
        } finally {
            Sockets.close(fd);
        }
    }

    static ByteBuffer request() {
        return ByteBuffer.allocate(REQUEST_SIZE).order(ByteOrder.nativeOrder())
                .putInt(REQUEST_SIZE).putShort(SockDiag.BY_FAMILY).putShort(NLM_F_REQUEST_DUMP).putInt(SEQUENCE)
                .putInt(0)
                .put((byte) Sockets.AF_SMC).put((byte) 0).put((byte) 0).put((byte) EXTENSIONS)
                .position(0);
    }

    /** Takes a piece of the answer apart. Returns whether it was the last. */
    static boolean parse(ByteBuffer bytes, Map<Long, KernelSocket> sockets) throws OsException {
        ByteBuffer piece = bytes.order(ByteOrder.nativeOrder());
        while (piece.remaining() >= HEADER_SIZE) {
            int start = piece.position();
            int length = piece.getInt(start);
            if (length < HEADER_SIZE || length > piece.remaining()) {
                throw OsException.of("smc_diag", Errno.EPROTO);
            }
            int type = Short.toUnsignedInt(piece.getShort(start + 4));
            ByteBuffer body = piece.slice(start + HEADER_SIZE, length - HEADER_SIZE).order(ByteOrder.nativeOrder());
            // Padding after the last message need not be there.
            piece.position(start + Math.min(SockDiag.aligned(length), piece.remaining()));
            if (type == NLMSG_DONE) {
                return true;
            }
            if (type == NLMSG_ERROR) {
                throw OsException.of("smc_diag", SockDiag.errno(body));
            }
            if (type == SockDiag.BY_FAMILY && body.remaining() >= MESSAGE_SIZE) {
                KernelSocket socket = socket(body);
                sockets.put(socket.inode, socket);
            }
        }
        return false;
    }

    private static KernelSocket socket(ByteBuffer body) {
        ByteBuffer attributes = body.slice(MESSAGE_SIZE, body.limit() - MESSAGE_SIZE).order(ByteOrder.nativeOrder());
        ByteBuffer fallback = SockDiag.attribute(attributes, ATTRIBUTE_FALLBACK);
        boolean fell = fallback != null && fallback.limit() >= 2 * Integer.BYTES;
        ByteBuffer info = SockDiag.attribute(attributes, ATTRIBUTE_CONNINFO);
        boolean told = info != null && info.limit() >= 3 * Integer.BYTES;
        return new KernelSocket(body.getLong(INODE), Byte.toUnsignedInt(body.get(1)), Byte.toUnsignedInt(body.get(2)),
                fell ? fallback.getInt(0) : 0, fell ? fallback.getInt(Integer.BYTES) : 0,
                told ? Math.max(0, info.getInt(Integer.BYTES)) : 0,
                told ? Math.max(0, info.getInt(2 * Integer.BYTES)) : 0);
    }
}
