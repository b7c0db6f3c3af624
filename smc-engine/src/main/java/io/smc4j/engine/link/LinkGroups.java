package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All link groups of an engine, and how they are made: the client side connects to the marker of a listener, both say who
 * they are, and if they share no memory yet each sends its segment. Only processes of the same user (or root's) are let in.
 *
 * <p>Thread-safe; the packets are handled on the control loop.
 */
public final class LinkGroups implements AutoCloseable {

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Unused link groups end after this time, as the kernel's do. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(600);

    /** A link group could not be made. */
    public static final class LinkException extends Exception {

        private static final long serialVersionUID = 1L;
        private final FallbackReason reason;

        LinkException(FallbackReason reason) {
            super(reason.text(), null, false, false);
            this.reason = reason;
        }

        /** Why. */
        public FallbackReason reason() {
            return reason;
        }
    }

    private final ControlLoop loop;
    private final Gid gid;
    private final MemoryBudget budget;
    private final long timeoutNanos;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, CompletableFuture<LinkGroup>> byMarker = new ConcurrentHashMap<>();
    private final List<LinkGroup> groups = new ArrayList<>();
    private final Map<LinkGroup, Long> idleSince = new HashMap<>();
    private final Set<Introduction> introducing = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param timeoutNanos how long making a link group may take */
    public LinkGroups(ControlLoop loop, Gid gid, MemoryBudget budget, long timeoutNanos) {
        this.loop = loop;
        this.gid = gid;
        this.budget = budget;
        this.timeoutNanos = timeoutNanos;
        loop.schedule(SWEEP_NANOS, this::sweep);
    }

    /**
     * The link group with the process that left a marker.
     *
     * @param marker the name of an abstract UNIX socket
     * @return {@code null} if there is no such marker; otherwise completes with the link group, or with a
     *         {@link LinkException}
     */
    public CompletableFuture<LinkGroup> toMarker(String marker) {
        CompletableFuture<LinkGroup> known = byMarker.get(marker);
        int fd;
        try {
            // Even if the link group is known: it lives on when the listener does not, and another may have its port.
            fd = UnixSockets.connect(marker);
        } catch (OsException e) {
            if (e.errno() == Errno.EAGAIN && isUsable(known)) {
                return known;
            }
            return e.errno() == Errno.ECONNREFUSED ? null
                    : CompletableFuture.failedFuture(new LinkException(reasonOf(e)));
        }
        if (isUsable(known)) {
            Sockets.close(fd);
            return known;
        }
        CompletableFuture<LinkGroup> future = new CompletableFuture<>();
        CompletableFuture<LinkGroup> other = known == null ? byMarker.putIfAbsent(marker, future)
                : byMarker.replace(marker, known, future) ? null : byMarker.get(marker);
        if (other != null) {
            Sockets.close(fd);
            return other;
        }
        future.whenComplete((group, failure) -> {
            if (failure != null) {
                byMarker.remove(marker, future);
            }
        });
        introduce(fd, future);
        return future;
    }

    private static boolean isUsable(CompletableFuture<LinkGroup> known) {
        return known != null && (!known.isDone() || !known.isCompletedExceptionally() && known.join().isActive());
    }

    /** Serves a process that connected to a marker of ours. Takes over the descriptor. */
    public void accepted(int fd) {
        introduce(fd, null);
    }

    private void introduce(int fd, CompletableFuture<LinkGroup> result) {
        loop.execute(() -> {
            Introduction introduction = new Introduction(this, fd, result);
            introducing.add(introduction);
            introduction.begin();
        });
    }

    void ended(Introduction introduction) {
        introducing.remove(introduction);
    }

    /** The group to be used with an engine to which this one has just connected; {@code null} if there is none. */
    LinkGroup forConnecting(Gid peer) {
        LinkGroup asClient = find(peer, SmcSnapshot.Role.CLIENT);
        return asClient == null && !peer.equals(gid) ? find(peer, SmcSnapshot.Role.SERVER) : asClient;
    }

    int nextId() {
        return ids.incrementAndGet();
    }

    /** Takes in what an introduction has led to; on the control loop. */
    void add(LinkGroup group, ControlSocket socket) {
        socket.setReceiver(new Established(group));
        synchronized (this) {
            groups.add(group);
        }
        // The loop's doorbell before any selector's, so that it always has a place.
        loop.doorbell().slot(group);
        LinkGroup.LOG.log(System.Logger.Level.DEBUG, "link group {0} with {1}", group.id(), group.peerGid());
    }

    /** The link group in which a Proposal of this engine came, or {@code null}. */
    public synchronized LinkGroup forProposal(Gid peer) {
        LinkGroup asServer = find(peer, SmcSnapshot.Role.SERVER);
        return asServer != null ? asServer : find(peer, SmcSnapshot.Role.CLIENT);
    }

    private synchronized LinkGroup find(Gid peer, SmcSnapshot.Role role) {
        for (int i = groups.size() - 1; i >= 0; i--) {
            LinkGroup group = groups.get(i);
            if (group.isActive() && group.role() == role && group.peerGid().equals(peer)) {
                return group;
            }
        }
        return null;
    }

    /** What the link groups look like now. */
    public synchronized Collection<SmcSnapshot.LinkGroup> snapshot() {
        return groups.stream().map(LinkGroup::snapshot).toList();
    }

    ControlLoop loop() {
        return loop;
    }

    Gid gid() {
        return gid;
    }

    MemoryBudget budget() {
        return budget;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    boolean isClosed() {
        return closed;
    }

    static FallbackReason reasonOf(OsException e) {
        return switch (e.errno()) {
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM -> FallbackReason.NO_RESOURCES;
            default -> FallbackReason.PEER_LOST;
        };
    }

    private void sweep() {
        if (closed) {
            return;
        }
        List<LinkGroup> all;
        synchronized (this) {
            all = List.copyOf(groups);
        }
        long now = System.nanoTime();
        for (LinkGroup group : all) {
            group.sweep();
            if (!group.isIdle() || group.role() == SmcSnapshot.Role.SERVER) {
                idleSince.remove(group);
            } else if (now - idleSince.computeIfAbsent(group, g -> now) > IDLE_NANOS) {
                end(group);
            }
        }
        loop.schedule(SWEEP_NANOS, this::sweep);
    }

    private void end(LinkGroup group) {
        synchronized (this) {
            groups.remove(group);
        }
        idleSince.remove(group);
        byMarker.values().removeIf(f -> f.isDone() && !f.isCompletedExceptionally() && f.join() == group);
        group.down();
    }

    /** Call it after the control loop has ended or from it. */
    @Override
    public void close() {
        closed = true;
        List<LinkGroup> all;
        synchronized (this) {
            all = List.copyOf(groups);
        }
        all.forEach(this::end);
        introducing.forEach(introduction -> introduction.fail(FallbackReason.PEER_LOST));
    }

    private final class Established implements ControlSocket.Receiver {

        private final LinkGroup group;

        Established(LinkGroup group) {
            this.group = group;
        }

        @Override
        public void received(ControlMessage message, int descriptor) {
            if (descriptor >= 0 && message.type() != ControlMessage.DOORBELL) {
                Sockets.close(descriptor);
            }
            if (descriptor >= 0 || message.type() != ControlMessage.DOORBELL) {
                group.received(message, descriptor);
            }
        }

        @Override
        public void disconnected() {
            end(group);
        }
    }
}
