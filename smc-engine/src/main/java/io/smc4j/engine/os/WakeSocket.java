package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * How one process wakes another that sleeps in epoll: a packet from a UNIX socket of the one to a UNIX socket of the
 * other. Within a network namespace both have names; between two, one connects to where the other listens.
 *
 * <p>Each process opens its own end, so that neither can change the file status, the buffer or the locks of the other's
 * socket. A call to wake cannot wait, as {@code MSG_DONTWAIT} is of the call and not of the file. Nobody else can send:
 * a datagram socket that is connected takes datagrams from its peer only (net/unix/af_unix.c, {@code unix_may_send}).
 * Thread-safe.
 */
public final class WakeSocket {

    private static final String PREFIX = "smc4j-wake/";
    /** Bytes a peer that never wakes can have waiting at our cost; room for 43 datagrams on Linux 6. */
    private static final int SEND_BUFFER = 16 * 1024;
    /**
     * So many wake-ups fit between ends that know each other, whatever the kernel adds to a datagram. Before that it is
     * the length of the receiver's queue, net.unix.max_dgram_qlen, of which the default is 10.
     */
    public static final int CAPACITY = 16;
    /** Datagrams taken in one call: more than fit into a send buffer. */
    private static final int BATCH = 64;
    /** Bytes of a {@code struct mmsghdr}: a {@code struct msghdr}, then the length received. */
    private static final int MESSAGE = 64;

    private static final MethodHandle RECVMMSG =
            LibC.function("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FAST_SEND =
            LibC.withoutErrno("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MemorySegment BYTE = Arena.global().allocate(1);

    private WakeSocket() {
    }

    /** Opens the end that is woken, under a name that nobody can guess. */
    public static int openReceiver(long name) throws OsException {
        int fd = open(name);
        PassedFiles.refuse(fd);
        return fd;
    }

    /**
     * Opens the end that wakes.
     *
     * @param name its own, for {@link #acceptOnly}
     * @param receiver the other end's
     */
    public static int openSender(long name, long receiver) throws OsException {
        int fd = open(name);
        try {
            sendOnly(fd);
            connect(fd, receiver);
            return fd;
        } catch (OsException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    /** Makes a socket, which may be connected to the other end already, one that only wakes. */
    public static void sendOnly(int fd) throws OsException {
        // Nothing is ever read here, and what lay here unread would be freed by who closes it.
        Sockets.shutdown(fd, Sockets.SHUT_RD);
        SocketOptions.set(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUF, SEND_BUFFER);
    }

    private static int open(long name) throws OsException {
        int fd = Sockets.open(SocketAddresses.AF_UNIX, Sockets.SOCK_DGRAM);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("bind", SocketCalls.bind(scratch, fd, writeName(scratch, name)));
            return fd;
        } catch (OsException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    /** From now on only the sender of that name can wake this receiver. */
    public static void acceptOnly(int fd, long sender) throws OsException {
        connect(fd, sender);
    }

    private static void connect(int fd, long name) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("connect", SocketCalls.connect(scratch, fd, writeName(scratch, name)));
        }
    }

    private static int writeName(NativeScratch scratch, long name) {
        return SocketAddresses.writeAbstract(scratch, PREFIX + Long.toHexString(name));
    }

    /** Makes the other end readable; {@code false} if it is full of wake-ups or gone. Never waits. */
    public static boolean wake(int fd) {
        try {
            return (long) FAST_SEND.invokeExact(fd, BYTE, 1L, Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL) == 1;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Takes the wake-ups that have come; a peer that sends more meanwhile keeps nobody here. */
    public static void drain(int fd) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            // Headers without vectors: the kernel drops the bytes.
            MemorySegment messages = scratch.buffer().asSlice(0, BATCH * MESSAGE).fill((byte) 0);
            int result = (int) RECVMMSG.invokeExact(scratch.errnoCapture(), fd, messages.address(), BATCH,
                    Sockets.MSG_DONTWAIT, 0L);
            // Nothing there, or an error that the peer's end has left: either way it is taken.
            assert result != 0;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
