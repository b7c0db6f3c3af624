package io.smc4j.engine.os;

/**
 * Options of sockets, by the numbers of {@code asm-generic/socket.h} and {@code netinet/tcp.h}. Every failing call
 * throws {@link OsException}.
 */
public final class SocketOptions {

    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    /** Twice what was set is reported: the kernel counts its own overhead in. */
    public static final int SO_SNDBUF = 7;
    /** Twice what was set is reported: the kernel counts its own overhead in. */
    public static final int SO_RCVBUF = 8;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_REUSEPORT = 15;
    public static final int IPPROTO_IP = 0;
    public static final int IP_TOS = 1;
    public static final int IPPROTO_TCP = 6;
    public static final int TCP_NODELAY = 1;
    public static final int TCP_KEEPIDLE = 4;
    public static final int TCP_KEEPINTVL = 5;
    public static final int TCP_KEEPCNT = 6;
    public static final int TCP_USER_TIMEOUT = 18;
    public static final int TCP_QUICKACK = 12;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPV6_TCLASS = 67;

    static final int SO_ERROR = 4;
    static final int IPV6_V6ONLY = 26;

    private static final int SO_LINGER = 13;

    private SocketOptions() {
    }

    /** The value of an option that is an int, as the kernel reports it. */
    public static int get(int fd, int level, int name) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setLong(NativeScratch.VALUE, 0);
            OsException.check("getsockopt",
                    SocketCalls.getsockopt(scratch, fd, level, name, NativeScratch.VALUE, Integer.BYTES));
            return scratch.getInt(NativeScratch.VALUE);
        }
    }

    /** Sets an option that is an int. */
    public static void set(int fd, int level, int name, int value) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setInt(NativeScratch.VALUE, value);
            OsException.check("setsockopt",
                    SocketCalls.setsockopt(scratch, fd, level, name, NativeScratch.VALUE, Integer.BYTES));
        }
    }

    /** {@code SO_LINGER} in seconds; -1 if it is off. */
    public static int getLinger(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("getsockopt",
                    SocketCalls.getsockopt(scratch, fd, SOL_SOCKET, SO_LINGER, NativeScratch.PAIR, 2 * Integer.BYTES));
            boolean on = scratch.getInt(NativeScratch.PAIR) != 0;
            return on ? scratch.getInt(NativeScratch.PAIR + Integer.BYTES) : -1;
        }
    }

    /** Sets {@code SO_LINGER} in seconds; -1 turns it off, 0 makes closing a reset. */
    public static void setLinger(int fd, int seconds) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setInt(NativeScratch.PAIR, seconds < 0 ? 0 : 1);
            scratch.setInt(NativeScratch.PAIR + Integer.BYTES, Math.max(0, seconds));
            OsException.check("setsockopt",
                    SocketCalls.setsockopt(scratch, fd, SOL_SOCKET, SO_LINGER, NativeScratch.PAIR, 2 * Integer.BYTES));
        }
    }
}
