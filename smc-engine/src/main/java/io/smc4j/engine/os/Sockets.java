package io.smc4j.engine.os;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Non-blocking stream sockets as bare descriptors. Every failing call throws {@link OsException}.
 *
 * <p>Thread-safe as the kernel is; who closes a descriptor must make sure that nobody uses its number any more.
 *
 * <p>Buffers may be direct or on the heap; of heap buffers at most 64 KiB are transferred in one call. A buffer over
 * memory of a shared {@link java.lang.foreign.Arena} must not be passed to {@link #readv} and {@link #writev} while
 * another thread may close that arena.
 */
public final class Sockets {

    /** Result of a transfer: nothing to read or no room to write now. */
    public static final int UNAVAILABLE = -2;
    /** Result of reading: the peer sent its last byte. */
    public static final int EOF = -1;

    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int SHUT_RDWR = 2;

    public static final int POLLIN = 0x001;
    public static final int POLLOUT = 0x004;
    public static final int POLLERR = 0x008;
    public static final int POLLHUP = 0x010;

    static final int AF_SMC = 43;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_SEQPACKET = 5;
    /** The same number as {@code O_NONBLOCK}. */
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_PEEK = 0x2;
    /** In every call that must not wait: descriptors may block, see {@link #setBlocking}. */
    static final int MSG_DONTWAIT = 0x40;

    private static final int SMCPROTO_SMC = 0;
    private static final int SMCPROTO_SMC6 = 1;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private Sockets() {
    }

    /**
     * Whether IPv6 sockets, which serve IPv4 as well, are to be used: they can be made, and nobody asked for IPv4
     * alone.
     */
    public static boolean ipv6Available() {
        return Ipv6.AVAILABLE;
    }

    /** Opens a TCP socket; an IPv6 one serves IPv4 as well. */
    public static int openStream(boolean ipv6) throws OsException {
        return open(ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET, 0, ipv6);
    }

    /**
     * Opens a socket of the kernel's SMC, which is TCP wherever the peer does not speak SMC. An IPv6 one serves IPv4 as
     * well; the kernel offers SMC-R version 2 from IPv4 ones only, and accepts it with both.
     *
     * @throws OsException with {@code EAFNOSUPPORT} if the kernel has no SMC, or its module is not to be had
     */
    public static int openSmcStream(boolean ipv6) throws OsException {
        return open(AF_SMC, ipv6 ? SMCPROTO_SMC6 : SMCPROTO_SMC, ipv6);
    }

    private static int open(int family, int protocol, boolean ipv6) throws OsException {
        int fd = open(family, SOCK_STREAM, protocol);
        if (ipv6) {
            try {
                SocketOptions.set(fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_V6ONLY, 0);
            } catch (OsException e) {
                close(fd);
                throw e;
            }
        }
        return fd;
    }

    static int open(int family, int type) throws OsException {
        return open(family, type, 0);
    }

    static int open(int family, int type, int protocol) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            return OsException.check("socket",
                    SocketCalls.socket(scratch, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
        }
    }

    /**
     * Begins to connect.
     *
     * @return whether the connection stands; if not, the socket becomes writable when {@link #connectResult} can tell
     */
    public static boolean connect(int fd, boolean ipv6, InetSocketAddress address) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int result = SocketCalls.connect(scratch, fd, SocketAddresses.write(scratch, ipv6, address));
            if (result == -Errno.EINPROGRESS || result == -Errno.EINTR) {
                return false;
            }
            OsException.check("connect", result);
            return true;
        }
    }

    /** The pending error of a socket, cleared by asking; 0 if none. */
    public static int connectResult(int fd) throws OsException {
        return SocketOptions.get(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_ERROR);
    }

    /** Binds to a local address; port 0 takes any free one. */
    public static void bind(int fd, boolean ipv6, InetSocketAddress address) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("bind", SocketCalls.bind(scratch, fd, SocketAddresses.write(scratch, ipv6, address)));
        }
    }

    /** Begins to accept connections. */
    public static void listen(int fd, int backlog) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("listen", SocketCalls.listen(scratch, fd, backlog));
        }
    }

    /** A connection that was accepted: a non-blocking descriptor, and who is at its other end. */
    public record Accepted(int fd, InetSocketAddress remote) {
    }

    /** Takes the next connection: a non-blocking descriptor, or -1 if there is none now. */
    public static int accept(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            return accept(scratch, fd);
        }
    }

    /**
     * As {@link #accept}, with the peer's address, which is known even if the peer has reset the connection; or
     * {@code null}.
     */
    public static Accepted acceptFrom(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int accepted = accept(scratch, fd);
            return accepted < 0 ? null : new Accepted(accepted, SocketAddresses.read(scratch));
        }
    }

    private static int accept(NativeScratch scratch, int fd) throws OsException {
        int accepted;
        do {
            accepted = SocketCalls.accept4(scratch, fd, SOCK_NONBLOCK | SOCK_CLOEXEC);
        } while (accepted == -Errno.EINTR || accepted == -Errno.ECONNABORTED);
        return accepted == -Errno.EAGAIN ? -1 : OsException.check("accept", accepted);
    }

    /** The local address; {@code null} while the socket is neither bound nor connected. */
    public static InetSocketAddress localAddress(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("getsockname", SocketCalls.getsockname(scratch, fd));
            InetSocketAddress address = SocketAddresses.read(scratch);
            return address == null || address.getPort() == 0 ? null : address;
        }
    }

    /** The peer's address; {@code null} while the socket is not connected. */
    public static InetSocketAddress remoteAddress(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int result = SocketCalls.getpeername(scratch, fd);
            if (result == -Errno.ENOTCONN) {
                return null;
            }
            OsException.check("getpeername", result);
            return SocketAddresses.read(scratch);
        }
    }

    /**
     * Reads into what is left of a buffer and moves its position.
     *
     * @return bytes read; 0 if the buffer has no room; {@link #UNAVAILABLE} or {@link #EOF}
     */
    public static int read(int fd, ByteBuffer dst) throws OsException {
        return receive(fd, dst, MSG_DONTWAIT);
    }

    /**
     * Like {@link #read}, but waits for something to read, for the end of the stream or for a shutdown.
     *
     * @param fd of a socket that {@link #setBlocking blocks}
     * @param dst with room; its memory is used during the wait
     */
    public static int readBlocking(int fd, ByteBuffer dst) throws OsException {
        return receive(fd, dst, 0);
    }

    /** Like {@link #read}, but the bytes stay in the socket to be read again. */
    public static int peek(int fd, ByteBuffer dst) throws OsException {
        return receive(fd, dst, MSG_PEEK | MSG_DONTWAIT);
    }

    private static int receive(int fd, ByteBuffer dst, int flags) throws OsException {
        requireWritable(dst);
        if (!dst.hasRemaining()) {
            return 0;
        }
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int received;
            if (dst.isDirect()) {
                received = receive(scratch, fd, MemorySegment.ofBuffer(dst), dst.remaining(), flags);
            } else {
                int length = Math.min(dst.remaining(), NativeScratch.BUFFER_SIZE);
                received = receive(scratch, fd, scratch.buffer(), length, flags);
                if (received > 0) {
                    scratch.copyTo(dst, 0, received);
                }
            }
            if (received > 0) {
                dst.position(dst.position() + received);
                return received;
            }
            return received == 0 ? EOF : unavailable("read", -received);
        }
    }

    private static int receive(NativeScratch scratch, int fd, MemorySegment target, int length, int flags) {
        long received;
        do {
            received = SocketCalls.recv(scratch, fd, target, length, flags);
        } while (received == -Errno.EINTR);
        return (int) received;
    }

    /**
     * Writes what is left of a buffer, or a part of it, and moves its position.
     *
     * @return bytes written; 0 if the buffer is empty; {@link #UNAVAILABLE}
     */
    public static int write(int fd, ByteBuffer src) throws OsException {
        if (!src.hasRemaining()) {
            return 0;
        }
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int sent;
            if (src.isDirect()) {
                sent = send(scratch, fd, MemorySegment.ofBuffer(src), src.remaining());
            } else {
                int length = Math.min(src.remaining(), NativeScratch.BUFFER_SIZE);
                scratch.copyFrom(src, 0, length);
                sent = send(scratch, fd, scratch.buffer(), length);
            }
            if (sent < 0) {
                return unavailable("write", -sent);
            }
            src.position(src.position() + sent);
            return sent;
        }
    }

    private static int send(NativeScratch scratch, int fd, MemorySegment source, int length) {
        long sent;
        do {
            sent = SocketCalls.send(scratch, fd, source, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        } while (sent == -Errno.EINTR);
        return (int) sent;
    }

    /** Like {@link #read}, into several buffers, of which at most 64 are filled in one call. */
    public static long readv(int fd, ByteBuffer[] dsts, int offset, int length) throws OsException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        for (int i = offset; i < offset + length; i++) {
            requireWritable(dsts[i]);
        }
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int vectors = MessageHeader.setVectors(scratch, dsts, offset, length, false);
            if (vectors == 0) {
                return 0;
            }
            long received;
            do {
                MessageHeader.set(scratch, vectors, 0);
                received = SocketCalls.recvmsg(scratch, fd, MSG_DONTWAIT);
            } while (received == -Errno.EINTR);
            if (received > 0) {
                MessageHeader.advance(scratch, dsts, offset, received, false);
                return received;
            }
            return received == 0 ? EOF : unavailable("readv", (int) -received);
        } finally {
            Reference.reachabilityFence(dsts);
        }
    }

    /** Like {@link #write}, from several buffers, of which at most 64 are written in one call. */
    public static long writev(int fd, ByteBuffer[] srcs, int offset, int length) throws OsException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int vectors = MessageHeader.setVectors(scratch, srcs, offset, length, true);
            if (vectors == 0) {
                return 0;
            }
            MessageHeader.set(scratch, vectors, 0);
            long sent;
            do {
                sent = SocketCalls.sendmsg(scratch, fd, MSG_NOSIGNAL | MSG_DONTWAIT);
            } while (sent == -Errno.EINTR);
            if (sent < 0) {
                return unavailable("writev", (int) -sent);
            }
            MessageHeader.advance(scratch, srcs, offset, sent, true);
            return sent;
        } finally {
            Reference.reachabilityFence(srcs);
        }
    }

    private static void requireWritable(ByteBuffer dst) {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    private static int unavailable(String call, int errno) throws OsException {
        if (errno == Errno.EAGAIN) {
            return UNAVAILABLE;
        }
        throw OsException.of(call, errno);
    }

    /** Ends one direction or both; nothing happens if the socket is not connected. */
    public static void shutdown(int fd, int how) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int result = SocketCalls.shutdown(scratch, fd, how);
            if (result != -Errno.ENOTCONN) {
                OsException.check("shutdown", result);
            }
        }
    }

    /**
     * Waits until a descriptor is ready.
     *
     * @param events of {@link #POLLIN} and {@link #POLLOUT}
     * @param timeoutMillis -1 for ever, 0 not at all
     * @return what it is ready for, including {@link #POLLERR} and {@link #POLLHUP}; 0 if the time is over
     */
    public static int poll(int fd, int events, long timeoutMillis) throws OsException {
        long start = System.nanoTime();
        long left = timeoutMillis;
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setInt(NativeScratch.POLL_DESCRIPTOR, fd);
            while (true) {
                scratch.setInt(NativeScratch.POLL_DESCRIPTOR + 4, events & 0xFFFF);
                int ready = FileCalls.poll(scratch, left < 0 ? -1 : (int) Math.min(left, Integer.MAX_VALUE));
                if (ready > 0) {
                    return Short.toUnsignedInt(scratch.getShort(NativeScratch.POLL_DESCRIPTOR + 6));
                }
                if (ready != -Errno.EINTR) {
                    OsException.check("poll", ready);
                }
                if (timeoutMillis >= 0) {
                    left = timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    if (left <= 0) {
                        return 0;
                    }
                }
            }
        }
    }

    /** Says whether system calls on a descriptor may wait; sockets of this class do not to begin with. */
    public static void setBlocking(int fd, boolean blocking) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int flags = OsException.check("fcntl(F_GETFL)", FileCalls.fcntl(scratch, fd, F_GETFL, 0));
            OsException.check("fcntl(F_SETFL)", FileCalls.fcntl(scratch, fd, F_SETFL,
                    blocking ? flags & ~SOCK_NONBLOCK : flags | SOCK_NONBLOCK));
        }
    }

    /** Closes any descriptor. */
    public static void close(int fd) {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int result = FileCalls.close(scratch, fd);
            // Linux has closed the descriptor even so; a second attempt could hit somebody else's.
            if (result != -Errno.EINTR) {
                OsException.checkValid("close", result);
            }
        }
    }
}
