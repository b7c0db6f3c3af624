package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Non-blocking UNIX sockets that carry packets, and with them descriptors, between processes of one host. A name in the
 * abstract namespace belongs to a network namespace, leaves nothing in the file system and is free again when its owner
 * dies. A path in a {@link SocketDirectory} is for all who see the directory. Every failing call throws
 * {@link OsException}. Close with {@link Sockets#close}.
 */
public final class UnixSockets {

    /** Largest packet, in bytes. */
    public static final int MAX_MESSAGE_SIZE = NativeScratch.BUFFER_SIZE;
    /** How many descriptors a packet carries at most. */
    public static final int MAX_DESCRIPTORS = NativeScratch.MAX_DESCRIPTORS;

    private static final int SO_PEERCRED = 17;
    private static final int SO_PEERGROUPS = 59;
    /** NGROUPS_MAX, include/uapi/linux/limits.h. */
    private static final int MAX_GROUPS = 65536;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int CONTROL_HEADER_SIZE = 16;
    private static final long CONTROL_LENGTH = NativeScratch.CONTROL;
    private static final long CONTROL_LEVEL = NativeScratch.CONTROL + 8;
    private static final long CONTROL_TYPE = NativeScratch.CONTROL + 12;
    private static final long CONTROL_DATA = NativeScratch.CONTROL + CONTROL_HEADER_SIZE;

    private UnixSockets() {
    }

    /**
     * Who was at the other end when the connection was made, as the kernel attests. The process number is 0 if that
     * process is of another process namespace that this one cannot see.
     */
    public record Credentials(int pid, int uid, int gid) {
    }

    /**
     * Opens a socket that accepts connections.
     *
     * @throws OsException with {@code EADDRINUSE} if the name is taken
     */
    public static int listen(String abstractName, int backlog) throws OsException {
        return listen(scratch -> SocketAddresses.writeAbstract(scratch, abstractName), backlog);
    }

    /** Writes where a socket is to be found into the scratch memory, and returns the length. */
    private interface AddressWriter {
        int write(NativeScratch scratch);
    }

    /** As {@link #listen}, at a path of up to 107 bytes where nothing is yet. */
    static int listenAt(String path, int backlog) throws OsException {
        return listen(scratch -> SocketAddresses.writePath(scratch, path), backlog);
    }

    private static int listen(AddressWriter address, int backlog) throws OsException {
        int fd = Sockets.open(SocketAddresses.AF_UNIX, Sockets.SOCK_SEQPACKET);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int length = address.write(scratch);
            OsException.check("bind", SocketCalls.bind(scratch, fd, length));
            OsException.check("listen", SocketCalls.listen(scratch, fd, backlog));
            return fd;
        } catch (OsException | RuntimeException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    /**
     * Opens a connection, which stands when this returns.
     *
     * @throws OsException with {@code ECONNREFUSED} if nobody listens; with {@code EAGAIN} if the listener's backlog is
     *        full
     */
    public static int connect(String abstractName) throws OsException {
        return connect(scratch -> SocketAddresses.writeAbstract(scratch, abstractName));
    }

    /** As {@link #connect}, at a path of up to 107 bytes. */
    static int connectAt(String path) throws OsException {
        return connect(scratch -> SocketAddresses.writePath(scratch, path));
    }

    private static int connect(AddressWriter address) throws OsException {
        int fd = Sockets.open(SocketAddresses.AF_UNIX, Sockets.SOCK_SEQPACKET);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int length = address.write(scratch);
            OsException.check("connect", SocketCalls.connect(scratch, fd, length));
            return fd;
        } catch (OsException | RuntimeException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    /** Takes the next connection: a non-blocking descriptor, or -1 if there is none now. */
    public static int accept(int fd) throws OsException {
        return Sockets.accept(fd);
    }

    /**
     * Sends what is left of a buffer as one packet, and moves its position. The receiver gets duplicates of the
     * descriptors.
     *
     * @return whether there was room; if not, nothing was sent
     */
    public static boolean send(int fd, ByteBuffer message, int... descriptors) throws OsException {
        int length = message.remaining();
        if (length == 0 || length > MAX_MESSAGE_SIZE) {
            throw new IllegalArgumentException("packet of " + length + " bytes");
        }
        if (descriptors.length > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(descriptors.length + " descriptors");
        }
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.copyFrom(message, 0, length);
            MessageHeader.setVector(scratch, 0, scratch.buffer().address(), length);
            MessageHeader.set(scratch, 1, writeRights(scratch, descriptors));
            long sent;
            do {
                sent = SocketCalls.sendmsg(scratch, fd, Sockets.MSG_NOSIGNAL | Sockets.MSG_DONTWAIT);
            } while (sent == -Errno.EINTR);
            if (sent == -Errno.EAGAIN) {
                return false;
            }
            OsException.check("sendmsg", sent);
            message.position(message.limit());
            return true;
        }
    }

    /** Writes the control message and returns its size including padding. */
    private static int writeRights(NativeScratch scratch, int[] descriptors) {
        if (descriptors.length == 0) {
            return 0;
        }
        int length = CONTROL_HEADER_SIZE + descriptors.length * Integer.BYTES;
        scratch.setLong(CONTROL_LENGTH, length);
        scratch.setInt(CONTROL_LEVEL, SocketOptions.SOL_SOCKET);
        scratch.setInt(CONTROL_TYPE, SCM_RIGHTS);
        for (int i = 0; i < descriptors.length; i++) {
            scratch.setInt(CONTROL_DATA + (long) i * Integer.BYTES, descriptors[i]);
        }
        return length + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * The first four bytes of the next packet, big endian, which is left where it is.
     *
     * @return {@link Sockets#EOF} if the peer has ended, or the packet is shorter; {@link Sockets#UNAVAILABLE}
     */
    public static int peekInt(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            long received = SocketCalls.recv(scratch, fd, scratch.buffer(), Integer.BYTES,
                    Sockets.MSG_PEEK | Sockets.MSG_DONTWAIT);
            if (received == -Errno.EAGAIN) {
                return Sockets.UNAVAILABLE;
            }
            OsException.check("recv", received);
            return received < Integer.BYTES ? Sockets.EOF
                    : Integer.reverseBytes(scratch.buffer().get(JAVA_INT, 0));
        }
    }

    /** Whether the next packet has descriptors with it. It is left where it is, and they with it. */
    public static boolean hasDescriptors(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            MessageHeader.setVector(scratch, 0, scratch.buffer().address(), 1);
            MessageHeader.set(scratch, 1, 0);
            long received = SocketCalls.recvmsg(scratch, fd, Sockets.MSG_PEEK | Sockets.MSG_DONTWAIT);
            if (received == -Errno.EAGAIN) {
                return false;
            }
            OsException.check("recvmsg", received);
            return (MessageHeader.flags(scratch) & MSG_CTRUNC) != 0;
        }
    }

    /**
     * Receives one packet and the descriptors that came with it, which then belong to the caller, also when this
     * throws. Descriptors beyond those asked for are closed.
     *
     * @param descriptorsOut filled from the start; the rest is set to -1
     * @return bytes received; 0 if the buffer has no room; {@link Sockets#UNAVAILABLE} or {@link Sockets#EOF}
     * @throws OsException with {@code EMSGSIZE} if the packet is larger than the buffer; with {@code EMFILE} if this
     *        process
     *         could not take all descriptors asked for. The packet is lost then.
     */
    public static int receive(int fd, ByteBuffer dst, int[] descriptorsOut) throws OsException {
        Arrays.fill(descriptorsOut, -1);
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        if (!dst.hasRemaining()) {
            return 0;
        }
        try (NativeScratch scratch = NativeScratch.acquire()) {
            long length = Math.min(dst.remaining(), NativeScratch.BUFFER_SIZE);
            MessageHeader.setVector(scratch, 0, scratch.buffer().address(), length);
            long received;
            do {
                MessageHeader.set(scratch, 1, NativeScratch.CONTROL_SIZE);
                received = SocketCalls.recvmsg(scratch, fd, MSG_CMSG_CLOEXEC | Sockets.MSG_DONTWAIT);
            } while (received == -Errno.EINTR);
            if (received == -Errno.EAGAIN) {
                return Sockets.UNAVAILABLE;
            }
            OsException.check("recvmsg", received);
            int count = readRights(scratch, descriptorsOut);
            int flags = MessageHeader.flags(scratch);
            boolean messageCut = (flags & MSG_TRUNC) != 0;
            boolean descriptorsLost = (flags & MSG_CTRUNC) != 0 && count < descriptorsOut.length;
            if (received == 0) {
                return Sockets.EOF;
            }
            if (messageCut || descriptorsLost) {
                throw OsException.of("recvmsg", messageCut ? Errno.EMSGSIZE : Errno.EMFILE);
            }
            scratch.copyTo(dst, 0, (int) received);
            dst.position(dst.position() + (int) received);
            return (int) received;
        }
    }

    /** Takes the descriptors out of the control message, closes surplus ones and returns how many were kept. */
    private static int readRights(NativeScratch scratch, int[] descriptorsOut) {
        // Only SCM_RIGHTS comes here: no socket option asks for any other control message.
        if (MessageHeader.controlLength(scratch) < CONTROL_HEADER_SIZE
                || scratch.getInt(CONTROL_LEVEL) != SocketOptions.SOL_SOCKET
                || scratch.getInt(CONTROL_TYPE) != SCM_RIGHTS) {
            return 0;
        }
        int count = (int) (scratch.getLong(CONTROL_LENGTH) - CONTROL_HEADER_SIZE) / Integer.BYTES;
        for (int i = 0; i < count; i++) {
            int descriptor = Descriptors.opened(scratch.getInt(CONTROL_DATA + (long) i * Integer.BYTES));
            if (i < descriptorsOut.length) {
                descriptorsOut[i] = descriptor;
            } else {
                FileCalls.close(scratch, descriptor);
            }
        }
        return Math.min(count, descriptorsOut.length);
    }

    /** Who is at the other end of a connection. */
    public static Credentials peerCredentials(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            OsException.check("getsockopt(SO_PEERCRED)", SocketCalls.getsockopt(scratch, fd, SocketOptions.SOL_SOCKET,
                    SO_PEERCRED, NativeScratch.PAIR, 3 * Integer.BYTES));
            return new Credentials(scratch.getInt(NativeScratch.PAIR), scratch.getInt(NativeScratch.PAIR + 4),
                    scratch.getInt(NativeScratch.PAIR + 8));
        }
    }

    /**
     * The supplementary groups of who is at the other end, as of when the connection was made. Its
     * {@link Credentials#gid} need not be among them. None where the kernel does not tell: before Linux 4.13.
     */
    public static int[] peerGroups(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int result = peerGroups(scratch, fd, scratch.buffer());
            if (result == -Errno.ERANGE) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment all = arena.allocate((long) MAX_GROUPS * Integer.BYTES, Integer.BYTES);
                    return groups(scratch, peerGroups(scratch, fd, all), all);
                }
            }
            return groups(scratch, result, scratch.buffer());
        }
    }

    private static int peerGroups(NativeScratch scratch, int fd, MemorySegment groups) {
        return SocketCalls.getsockoptInto(scratch, fd, SocketOptions.SOL_SOCKET, SO_PEERGROUPS, groups.address(),
                (int) groups.byteSize());
    }

    private static int[] groups(NativeScratch scratch, int result, MemorySegment groups) throws OsException {
        if (result == -Errno.ENOPROTOOPT) {
            return new int[0];
        }
        OsException.check("getsockopt(SO_PEERGROUPS)", result);
        return groups.asSlice(0, scratch.getInt(NativeScratch.LENGTH)).toArray(JAVA_INT);
    }
}
