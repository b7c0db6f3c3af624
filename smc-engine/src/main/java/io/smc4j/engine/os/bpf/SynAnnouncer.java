package io.smc4j.engine.os.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Announces SMC in the SYN or SYN/ACK of chosen sockets, and tells whether the peer announced it, too. If both did, the
 * protocol demands a CLC handshake; if not, the connection is plain TCP.
 *
 * <p>No other socket is touched, neither of this process nor of others; programs that others have put on the control
 * group go on to work. Only a program that first asks for header options of the very same socket after this one did so
 * is called no more once the connection stands.
 *
 * <p>Thread-safe. Closing may come at any time: nothing is announced from then on, and no call fails for that reason.
 */
public final class SynAnnouncer implements AutoCloseable {

    /** How many sockets can be named at a time. */
    static final int MAX_SOCKETS = 65536;
    /** How many accepted connections are remembered; a backlog is much smaller. */
    private static final int MAX_ANSWERED = 16384;
    private static final int PORTS = 65536;

    private static final int E2BIG = 7;
    private static final int SO_COOKIE = 57;
    private static final int TCP_INFO = 11;
    private static final long NOT_THERE = -1;
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    /** Held exclusively to close: a descriptor's number may be another file's afterwards. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Lock use = lock.readLock();
    private final BpfMap sockets;
    private final BpfMap ports;
    private final BpfMap answered;
    /** The values of {@link #ports}. */
    private final MemorySegment listeners;
    private final int link;
    private boolean closed;

    private SynAnnouncer(BpfMap sockets, BpfMap ports, BpfMap answered, MemorySegment listeners, int link) {
        this.sockets = sockets;
        this.ports = ports;
        this.answered = answered;
        this.listeners = listeners;
        this.link = link;
    }

    /** Loads the program and puts it on the control group of this process, until closed or the process ends. */
    public static SynAnnouncer load() throws BpfException {
        return load(Path.of("/"));
    }

    /**
     * Like {@link #load()}.
     *
     * @param root of the file system in which to look for the control group
     */
    static SynAnnouncer load(Path root) throws BpfException {
        Path group = ControlGroup.find(root);
        if (group == null) {
            throw new BpfException(BpfException.Reason.NO_CGROUP2, "no control group of version 2", null);
        }
        return load(group, MAX_SOCKETS);
    }

    /** Loads the program for a control group and at most so many sockets at a time. */
    static SynAnnouncer load(Path group, int maxSockets) throws BpfException {
        BpfMap sockets = null;
        BpfMap ports = null;
        BpfMap answered = null;
        MemorySegment listeners = null;
        try {
            sockets = BpfMap.create(BpfMap.HASH, maxSockets, BpfMap.BPF_F_NO_PREALLOC);
            ports = BpfMap.create(BpfMap.ARRAY, PORTS, BpfMap.BPF_F_MMAPABLE);
            answered = BpfMap.create(BpfMap.LRU_HASH, MAX_ANSWERED, 0);
            listeners = map(ports);
            int link = BpfLoader.attach(SynProgram.assemble(sockets.fd(), ports.fd(), answered.fd()), group);
            return new SynAnnouncer(sockets, ports, answered, listeners, link);
        } catch (OsException | BpfException e) {
            free(sockets, ports, answered, listeners);
            throw e instanceof BpfException known ? known : BpfLoader.explain((OsException) e, "");
        }
    }

    private static MemorySegment map(BpfMap ports) throws OsException {
        long size = (long) PORTS * Long.BYTES;
        long address = BpfCalls.mapShared(ports.fd(), size);
        // Error numbers are small, and no address is so near to the end.
        if (address < 0 && address > -4096) {
            throw OsException.of("mmap", (int) -address);
        }
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    private static void free(BpfMap sockets, BpfMap ports, BpfMap answered, MemorySegment listeners) {
        if (listeners != null) {
            BpfCalls.unmap(listeners);
        }
        for (BpfMap each : new BpfMap[] {sockets, ports, answered}) {
            if (each != null) {
                each.close();
            }
        }
    }

    /**
     * Has a socket announce SMC; to be called before it connects or listens. Who calls this must be ready for the CLC
     * handshake, and {@link #forget(int) forget} the socket when the connection stands or failed, or the listener is to
     * be closed.
     *
     * @return whether it will; not if there are too many such sockets already, or this is closed. The socket works as
     *        any then.
     */
    public boolean announce(int fd) throws OsException {
        use.lock();
        try {
            if (closed) {
                return false;
            }
            int result = sockets.add(cookie(fd), 0);
            if (result == -E2BIG || result == -Errno.ENOMEM) {
                return false;
            }
            if (result < 0 && result != -Errno.EEXIST) {
                throw OsException.of("bpf(MAP_UPDATE_ELEM)", -result);
            }
            return true;
        } finally {
            use.unlock();
        }
    }

    /** Whether the SYN/ACK that a connected socket got carried the option; false if the socket has not announced. */
    public boolean peerAnnounced(int fd) throws OsException {
        use.lock();
        try {
            // The kernel tells that the connection stands a little before the program runs, but holds the socket's lock
            // until it has; asking for this waits for the lock.
            SocketOptions.get(fd, SocketOptions.IPPROTO_TCP, TCP_INFO);
            return !closed && (flags(sockets.get(cookie(fd), 0)) & SynProgram.PEER_ANNOUNCED) != 0;
        } finally {
            use.unlock();
        }
    }

    /**
     * Whether the SYN/ACK of an accepted connection carried the option, which implies that the client's SYN did: the
     * client is going to begin with CLC. This is what {@link SavedSyn} cannot know: there may have been no room for the
     * option in the answer, or the SYN came in the instant between {@code listen} and the program's notice of it.
     */
    public boolean answered(int acceptedFd) throws OsException {
        use.lock();
        try {
            return !closed && answered.get(cookie(acceptedFd), NOT_THERE) != NOT_THERE;
        } finally {
            use.unlock();
        }
    }

    /** The owner is done with a socket; to be called before closing it. Nothing happens if it never announced. */
    public void forget(int fd) {
        try {
            forget(cookie(fd));
        } catch (OsException e) {
            // What is no socket has not announced either.
        }
    }

    /** Like {@link #forget(int)}, by the {@link #cookie} of the socket, which may be closed already. */
    public void forget(long cookie) {
        use.lock();
        try {
            if (closed) {
                return;
            }
            long value = sockets.get(cookie, NOT_THERE);
            // Who removes it takes the listener off its port, once.
            if (value == NOT_THERE || sockets.remove(cookie) != 0) {
                return;
            }
            int port = port(value);
            if (port != 0) {
                boolean shared = (flags(value) & SynProgram.SHARED_CALLBACK) != 0;
                // The program adds to it at the same time.
                long ignored = (long) LONG.getAndAdd(listeners, (long) port * Long.BYTES,
                        -(shared ? SynProgram.SHARED_LISTENER : SynProgram.LISTENER));
            }
        } finally {
            use.unlock();
        }
    }

    /** The number by which the kernel knows a socket; no other ever has the same. */
    public static long cookie(int fd) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            int result = BpfCalls.getsockopt(fd, SocketOptions.SOL_SOCKET, SO_COOKIE, value);
            if (result < 0) {
                throw OsException.of("getsockopt(SO_COOKIE)", -result);
            }
            return value.get(JAVA_LONG, 0);
        }
    }

    /** Values are two ints in memory, and both processors of this package are little-endian. */
    private static int flags(long value) {
        return (int) value;
    }

    /** Whatever the kernel's table holds, it is a place in the table of ports. */
    static int port(long value) {
        return (int) (value >>> Integer.SIZE) & PORTS - 1;
    }

    /** Sockets that have announced go on to work. Idempotent. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                Sockets.close(link);
                free(sockets, ports, answered, listeners);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
