package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/** Urgent bytes of a TCP stream, which POSIX calls out-of-band data. Thread-safe as {@link Sockets}. */
public final class UrgentData {

    /** Of {@code SOL_SOCKET}: whether urgent bytes are read in their place in the stream, rather than dropped. */
    public static final int SO_OOBINLINE = 10;

    private static final int MSG_OOB = 0x1;
    private static final int MSG_DONTWAIT = 0x40;

    private UrgentData() {
    }

    /** Writes a byte as urgent; returns {@code false} if there is no room for it. */
    public static boolean write(int fd, byte value) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.buffer().set(JAVA_BYTE, 0, value);
            long sent;
            do {
                sent = SocketCalls.send(scratch, fd, scratch.buffer(), 1,
                        MSG_OOB | Sockets.MSG_NOSIGNAL | MSG_DONTWAIT);
            } while (sent == -Errno.EINTR);
            if (sent == -Errno.EAGAIN) {
                return false;
            }
            OsException.check("send(MSG_OOB)", sent);
            return true;
        }
    }
}
