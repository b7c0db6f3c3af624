package io.smc4j.engine.os;

/**
 * The descriptors that a peer sends along with a packet on a UNIX socket. What they are is the peer's choice, and
 * whoever closes the last one of a file, or the socket in which it still waits, may have to wait: for {@code SO_LINGER}
 * of a TCP socket as long as the peer has set, for a file system until its server answers. No thread that serves others
 * may do that.
 */
public final class PassedFiles {

    /** asm-generic/socket.h, since Linux 6.16. */
    private static final int SO_PASSRIGHTS = 83;

    private PassedFiles() {
    }

    /**
     * Has the kernel refuse to send any descriptor to a socket, or to the sockets that it accepts from now on.
     *
     * @return {@code false} if the kernel cannot
     */
    public static boolean refuse(int fd) {
        return set(fd, 0);
    }

    /** Lets descriptors be sent to a socket again. */
    public static void allow(int fd) {
        set(fd, 1);
    }

    private static boolean set(int fd, int value) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setInt(NativeScratch.VALUE, value);
            return SocketCalls.setsockopt(scratch, fd, SocketOptions.SOL_SOCKET, SO_PASSRIGHTS, NativeScratch.VALUE,
                    Integer.BYTES) == 0;
        }
    }

    /** Whether none can have been sent to a socket since it was made. */
    public static boolean areRefused(int fd) {
        try {
            return SocketOptions.get(fd, SocketOptions.SOL_SOCKET, SO_PASSRIGHTS) == 0;
        } catch (OsException e) {
            return false;
        }
    }
}
