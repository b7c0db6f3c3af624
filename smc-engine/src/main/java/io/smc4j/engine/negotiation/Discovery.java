package io.smc4j.engine.negotiation;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Who may be sent a Proposal: a server that does not know CLC must never see one.
 *
 * <p>A listener of this engine leaves a <em>marker</em>: a listening UNIX socket in the abstract namespace, named after
 * the address. It belongs to the network namespace, as the TCP port does, and vanishes with its process. The marker only
 * says that an attempt is worth while; who answers on the TCP connection is proven there.
 *
 * <p>Of listeners on other hosts an {@link Announcer} tells, or the settings do. Thread-safe.
 */
public final class Discovery {

    private static final String PREFIX = "smc4j/2/";
    /** Both families: the engine's IPv6 sockets take IPv4 connections, too. */
    private static final String WILDCARD = "*";
    private static final String IPV4_WILDCARD = "0.0.0.0";
    private static final int BACKLOG = 128;
    /** Connections taken in one turn of the control loop, which has others to serve. */
    private static final int BATCH = 16;
    private static final long LOCAL_ADDRESS_NANOS = 10_000_000_000L;
    private static final int MAX_REMEMBERED = 1024;
    /** A marker's name is free again as soon as its owner has ended, which may be a moment after the port was. */
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SmcEngine engine;
    private final RecentFailures failures;
    private final Map<InetAddress, LocalAddress> localAddresses = new ConcurrentHashMap<>();

    private record LocalAddress(boolean local, long checked) {
    }

    Discovery(SmcEngine engine) {
        this.engine = engine;
        this.failures = new RecentFailures(engine.config().retryAfter().toNanos(),
                gid -> engine.linkGroups().isKnown(gid), System::nanoTime);
    }

    /** Whether the address is one of this host's. */
    public boolean isLocal(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        long now = System.nanoTime();
        LocalAddress known = localAddresses.get(address);
        if (known == null || now - known.checked > LOCAL_ADDRESS_NANOS) {
            if (localAddresses.size() >= MAX_REMEMBERED) {
                localAddresses.clear();
            }
            known = new LocalAddress(hasInterface(address), now);
            localAddresses.put(address, known);
        }
        return known.local;
    }

    private static boolean hasInterface(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * Looks for the marker of a listener on this host and begins to share memory with its process.
     *
     * @return {@code null} if there is no marker
     */
    CompletableFuture<SmcdLinkGroup> find(InetSocketAddress listener) {
        return first(names(listener), engine.linkGroups()::toMarker);
    }

    /**
     * The link group with a listener's process, without a look for the marker. Two listeners for one address and port are rare,
     * and told apart by the handshake, so it does not matter that there might be the marker of another.
     *
     * @return {@code null} if none is known
     */
    CompletableFuture<SmcdLinkGroup> known(InetSocketAddress listener) {
        return first(names(listener), engine.linkGroups()::known);
    }

    private static CompletableFuture<SmcdLinkGroup> first(List<String> names,
            Function<String, CompletableFuture<SmcdLinkGroup>> finder) {
        for (String name : names) {
            CompletableFuture<SmcdLinkGroup> found = finder.apply(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** What the marker of who listens there may be called. */
    private static List<String> names(InetSocketAddress listener) {
        String own = name(listener);
        String wildcard = name(WILDCARD, listener.getPort());
        return listener.getAddress() instanceof Inet4Address ? List.of(own, wildcard, name(IPV4_WILDCARD, listener.getPort()))
                : List.of(own, wildcard);
    }

    /** Whether the settings name a listener that nothing else may tell of. */
    boolean isKnown(InetSocketAddress listener) {
        return engine.config().peers().stream().anyMatch(peer -> peer.includes(listener));
    }

    /**
     * Has a listener announce SMC to clients on other hosts, if it can serve them; before it listens.
     *
     * @param bound the listener's address
     */
    public void announce(int fd, InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        if (engine.config().serverEnabled() && !engine.isClosed()
                && (address.isAnyLocalAddress() || engine.rdmaAccess().portFor(address) != null)) {
            engine.announcer().announce(fd);
        }
    }

    /** A listener that may have announced is about to be closed. */
    public void withdraw(int fd) {
        engine.announcer().forget(fd);
    }

    /** Listeners with which an attempt failed not long ago. */
    RecentFailures failures() {
        return failures;
    }

    /**
     * Leaves a marker, unless shared memory is not to be used. If that is not possible now, as another process has left
     * one for the same address or descriptors have run out, it is tried again until the marker is closed. Call it when
     * the address is bound and before anybody can connect: who finds no marker goes on with TCP, for as long as the
     * connection lasts.
     *
     * @param bound the listener's address
     */
    public Marker publish(InetSocketAddress bound) {
        Marker marker = new Marker(name(bound));
        if (engine.config().sharedMemory()) {
            marker.open();
        }
        return marker;
    }

    /** What the marker of a listener at an address is called. */
    static String name(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host.isAnyLocalAddress()) {
            // Another program may listen at the port for IPv6 if the wildcard is that of IPv4.
            return name(host instanceof Inet4Address ? IPV4_WILDCARD : WILDCARD, address.getPort());
        }
        return name(host.getHostAddress(), address.getPort());
    }

    private static String name(String host, int port) {
        return PREFIX + host + ":" + port;
    }

    /** A marker; whoever connects to it is served by the control loop. */
    public final class Marker implements AutoCloseable {

        private static final int NOT_OPEN = -1;

        private final String name;
        private int fd = NOT_OPEN;
        private long watch;
        private ControlLoop.Timer retry;
        private long pause = FIRST_RETRY_NANOS;
        private boolean closed;

        private Marker(String name) {
            this.name = name;
        }

        private synchronized void open() {
            if (closed) {
                return;
            }
            try {
                fd = UnixSockets.listen(name, BACKLOG);
                // Whoever connects is let send descriptors once it is known who that is.
                PassedFiles.refuse(fd);
                watch = engine.loop().watch(fd, Epoll.EPOLLIN, events -> accept());
                pause = FIRST_RETRY_NANOS;
            } catch (OsException e) {
                closeSocket();
                retryLater();
                Negotiation.LOG.log(System.Logger.Level.DEBUG, "no SMC marker {0} now: {1}", name, e.getMessage());
            }
        }

        private void retryLater() {
            retry = engine.loop().schedule(pause, this::open);
            pause = Math.min(2 * pause, LAST_RETRY_NANOS);
        }

        private synchronized void accept() {
            try {
                for (int taken = 0; taken < BATCH && fd != NOT_OPEN; taken++) {
                    int accepted = UnixSockets.accept(fd);
                    if (accepted < 0) {
                        return;
                    }
                    engine.linkGroups().accepted(accepted);
                }
            } catch (OsException e) {
                // Without a marker clients go on with TCP at once; with one that nobody answers they would wait.
                withdraw();
                retryLater();
                Negotiation.LOG.log(System.Logger.Level.WARNING, "SMC marker withdrawn for now: {0}", e.getMessage());
            }
        }

        private void withdraw() {
            if (fd != NOT_OPEN) {
                engine.loop().unwatch(fd, watch);
                closeSocket();
                engine.linkGroups().markerWithdrawn();
            }
        }

        private void closeSocket() {
            if (fd != NOT_OPEN) {
                Sockets.close(fd);
                fd = NOT_OPEN;
            }
        }

        /** Withdraws the marker. Call it before somebody else can listen at the address. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                withdraw();
                if (retry != null) {
                    retry.cancel();
                }
            }
        }
    }
}
