package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.wire.ClcProposal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All link groups of an engine, and how they are made: the client side connects to the marker of a listener, both say
 * who they are, and if they share no memory yet each sends its segment. Only processes of the same user (or root's) are
 * let in by a marker, and through a directory who the directory lets come; the settings may narrow either.
 *
 * <p>Thread-safe; the packets are handled on the control loop.
 */
public final class SmcdLinkGroups implements AutoCloseable {

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Unused link groups end after this time, as the kernel's do. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(600);

    private final ControlLoop loop;
    private final Gid gid;
    private final MemoryBudget budget;
    private final long timeoutNanos;
    private final long idleNanos;
    private final Admission admission;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, CompletableFuture<SmcdLinkGroup>> byMarker = new ConcurrentHashMap<>();
    private final List<SmcdLinkGroup> groups = new ArrayList<>();
    private final Map<SmcdLinkGroup, Long> idleSince = new HashMap<>();
    private final Set<Introduction> introducing = ConcurrentHashMap.newKeySet();
    private final Inquiries inquiries = new Inquiries();
    /** How many markers of this engine are gone. */
    private final AtomicInteger withdrawals = new AtomicInteger();
    /** How often peers have said that a marker of theirs is gone. */
    private final AtomicLong peerWithdrawals = new AtomicLong();
    private final LinkGroupLimits limits = new LinkGroupLimits();
    private final WakeLines wakeLines = new WakeLines();
    private final PeerFileThreads peerFileThreads = new PeerFileThreads();
    private volatile boolean closed;

    /**
     * Makes none yet.
     *
     * @param timeoutNanos how long making a link group may take
     * @param idleNanos how long nothing arrives before a grown ring becomes small again
     * @param admission whose processes are let in
     */
    public SmcdLinkGroups(ControlLoop loop, Gid gid, MemoryBudget budget, long timeoutNanos, long idleNanos,
            Admission admission) {
        this.loop = loop;
        this.gid = gid;
        this.budget = budget;
        this.timeoutNanos = timeoutNanos;
        this.idleNanos = idleNanos;
        this.admission = admission;
        loop.schedule(SWEEP_NANOS, this::sweep);
    }

    /**
     * The link group with the process that left a marker, if there is one, or about to be, and the marker cannot have
     * gone.
     */
    public CompletableFuture<SmcdLinkGroup> known(String marker) {
        CompletableFuture<SmcdLinkGroup> known = byMarker.get(marker);
        return known != null && isCurrent(known) ? known : null;
    }

    /**
     * The link group with the process that left a marker; looks for the marker, and has one made, if it is not
     * {@link #known}.
     *
     * @param marker the name of an abstract UNIX socket
     * @return {@code null} if there is no such marker; otherwise completes with the link group, or with a
     *         {@link DeclineException}
     */
    public CompletableFuture<SmcdLinkGroup> toMarker(String marker) {
        return introduce(marker, () -> UnixSockets.connect(marker), byMarker());
    }

    /** Opens a connection to another engine's socket. */
    public interface Connector {
        int connect() throws OsException;
    }

    /**
     * The link group with an engine, which is made if there is none.
     *
     * @param connector opens a connection to the engine's socket in the directory
     * @return completes with the link group, or with a {@link DeclineException}
     */
    public CompletableFuture<SmcdLinkGroup> toEngine(Gid engine, Connector connector) {
        SmcdLinkGroup existing = findWith(engine);
        if (existing != null) {
            return CompletableFuture.completedFuture(existing);
        }
        CompletableFuture<SmcdLinkGroup> begun = introduce("engine/" + engine, connector,
                new Encounter(admission, wakeLines, engine, connector));
        return begun != null ? begun : CompletableFuture.failedFuture(new DeclineException(FallbackReason.PEER_LOST));
    }

    private CompletableFuture<SmcdLinkGroup> introduce(String marker, Connector connector, Encounter encounter) {
        CompletableFuture<SmcdLinkGroup> known = byMarker.get(marker);
        if (known != null && isCurrent(known)) {
            return known;
        }
        long withdrawalsBefore = peerWithdrawals.get();
        int fd;
        try {
            fd = connector.connect();
        } catch (OsException e) {
            return e.errno() == Errno.ECONNREFUSED ? null
                    : CompletableFuture.failedFuture(new DeclineException(reasonOf(e)));
        }
        CompletableFuture<SmcdLinkGroup> future = new CompletableFuture<>();
        CompletableFuture<SmcdLinkGroup> other = known == null ? byMarker.putIfAbsent(marker, future)
                : byMarker.replace(marker, known, future) ? null : byMarker.get(marker);
        if (other != null) {
            Sockets.close(fd);
            return other;
        }
        future.whenComplete((group, failure) -> {
            if (failure != null || group.withdrawnAt() > withdrawalsBefore) {
                byMarker.remove(marker, future);
            }
        });
        new Introduction(this, loop, fd, future, encounter).start();
        return future;
    }

    /** Whether the marker need not be looked at once more: its owner lives, and would have told that it is gone. */
    private static boolean isCurrent(CompletableFuture<SmcdLinkGroup> known) {
        if (!known.isDone()) {
            return true;
        }
        return !known.isCompletedExceptionally() && known.join().isActive() && !known.join().hasNews();
    }

    /** As client: SMC-D with the process that left a marker, by its link group. */
    public Offer offer(CompletableFuture<SmcdLinkGroup> link) {
        return new SmcdOffer(this, loop, link);
    }

    /**
     * As server, makes of a Proposal what its answer needs. On the control loop, unless the engine {@link #isKnown}.
     *
     * @throws DeclineException if SMC-D cannot be had by the Proposal; nothing is left behind then
     */
    public ServerContact proposed(ClcProposal proposal, BufferSizes sizes) throws DeclineException {
        return SmcdServerContact.of(this, proposal, sizes);
    }

    /** Serves a process that connected to a marker of ours. Takes over the descriptor. */
    public void accepted(int fd) {
        new Introduction(this, loop, fd, null, byMarker()).start();
    }

    /** Serves a process that connected to our socket in the directory. Takes over the descriptor. */
    public void acceptedInDirectory(int fd) {
        new Introduction(this, loop, fd, null, new Encounter(admission, wakeLines, null, null)).start();
    }

    private Encounter byMarker() {
        return new Encounter(admission, null, null, null);
    }

    /** Connections by which engines that have met in the directory wake each other. */
    public WakeLines wakeLines() {
        return wakeLines;
    }

    /** Whether a process that has connected begins with these four bytes, big endian, to introduce itself. */
    public static boolean isIntroduction(int type) {
        return type == ControlMessage.HELLO;
    }

    /** Whether a process that has connected in the directory is one with which memory is shared. */
    public boolean admits(int fd, UnixSockets.Credentials peer) {
        return admission.admits(fd, peer);
    }

    /** What runs that may have to wait for files that a user's processes have passed. */
    public Executor peerFiles(int user) {
        return peerFileThreads.of(user);
    }

    /**
     * Tells all peers that a marker of this engine is gone; call it when it is, but before somebody else can listen at
     * its address. Whoever connects there next looks for the marker, instead of taking the link group for granted.
     */
    public void markerWithdrawn() {
        withdrawals.incrementAndGet();
        List<SmcdLinkGroup> all;
        synchronized (this) {
            all = List.copyOf(groups);
        }
        all.forEach(SmcdLinkGroup::announceWithdrawal);
    }

    /** The link group in which a Proposal of this engine came, or {@code null}. Call it on the control loop. */
    public SmcdLinkGroup forProposal(Gid peer) {
        SmcdLinkGroup group = findWith(peer);
        if (group == null) {
            // The peer may have finished an introduction that this engine began, and be faster over TCP.
            introducing.stream().filter(introduction -> introduction.leadsTo(peer)).forEach(Introduction::catchUp);
            group = findWith(peer);
        }
        return group;
    }

    /** Whether there is a link group with an engine; any thread. */
    public boolean isKnown(Gid peer) {
        return findWith(peer) != null;
    }

    private synchronized SmcdLinkGroup findWith(Gid peer) {
        SmcdLinkGroup asServer = find(peer, SmcSnapshot.Role.SERVER);
        return asServer != null ? asServer : find(peer, SmcSnapshot.Role.CLIENT);
    }

    /**
     * The link group that an Accept names, or {@code null}; where two connect to each other at once there are several.
     */
    public synchronized SmcdLinkGroup forAccept(Gid peer, int peerLinkGroupId) {
        for (SmcdLinkGroup group : groups) {
            if (group.isActive() && group.peerLinkGroupId() == peerLinkGroupId && group.peerGid().equals(peer)) {
                return group;
            }
        }
        return null;
    }

    synchronized SmcdLinkGroup find(Gid peer, SmcSnapshot.Role role) {
        for (int i = groups.size() - 1; i >= 0; i--) {
            SmcdLinkGroup group = groups.get(i);
            if (group.isActive() && group.role() == role && group.peerGid().equals(peer)) {
                return group;
            }
        }
        return null;
    }

    /** This engine's name. */
    public Gid gid() {
        return gid;
    }

    /** Who is at the other end of TCP connections. */
    public Inquiries inquiries() {
        return inquiries;
    }

    /** Whether a process says the name of an engine that is another one's. */
    synchronized boolean isAnothers(Gid name, UnixSockets.Credentials process) {
        return groups.stream().anyMatch(group -> group.isActive() && group.peerGid().equals(name)
                && !group.peer().equals(process));
    }

    /** What the link groups look like now. */
    public synchronized Collection<SmcSnapshot.LinkGroup> snapshot() {
        return groups.stream().map(SmcdLinkGroup::snapshot).toList();
    }

    /** How much of what is bounded they use. */
    public synchronized LinkGroupUsage usage() {
        int connections = groups.stream().mapToInt(SmcdLinkGroup::count).max().orElse(0);
        int messages = groups.stream().mapToInt(SmcdLinkGroup::pendingMessages).max().orElse(0);
        return new LinkGroupUsage(limits.all(), limits.ofUser(), limits.ofProcess(),
                new LinkGroupUsage.Share(connections, SegmentLayout.CONNECTIONS, connections),
                new LinkGroupUsage.Share(messages, ControlSocket.MOST_PENDING, messages));
    }

    // ---- what an introduction needs

    LinkGroupLimits limits() {
        return limits;
    }

    PeerFileThreads peerFileThreads() {
        return peerFileThreads;
    }

    MemoryBudget budget() {
        return budget;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    long idleNanos() {
        return idleNanos;
    }

    int nextId() {
        return ids.incrementAndGet();
    }

    int withdrawals() {
        return withdrawals.get();
    }

    /** Returns {@code false} if it is too late. */
    boolean begun(Introduction introduction) {
        introducing.add(introduction);
        return !closed;
    }

    void ended(Introduction introduction) {
        introducing.remove(introduction);
    }

    /** The introduction with the same engine that is further on, or {@code null}: one link group is enough. */
    Introduction underway(Introduction introduction) {
        return introducing.stream().filter(other -> other != introduction && other.leadsTo(introduction.peerGid()))
                .findFirst().orElse(null);
    }

    ControlSocket.Receiver established(SmcdLinkGroup group) {
        synchronized (this) {
            groups.add(group);
        }
        // The loop's doorbell before any selector's, so that it always has a place.
        loop.doorbell().slot(group);
        group.established();
        return new Established(group);
    }

    /** The reason for which a peer refused. */
    static FallbackReason reasonOf(int code) {
        return FallbackReason.ofCode(code).orElse(FallbackReason.PEER_LOST);
    }

    static FallbackReason reasonOf(OsException e) {
        return switch (e.errno()) {
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM -> FallbackReason.NO_RESOURCES;
            case Errno.EACCES, Errno.EPERM -> FallbackReason.ACCESS_REFUSED;
            default -> FallbackReason.PEER_LOST;
        };
    }

    private void sweep() {
        if (closed) {
            return;
        }
        List<SmcdLinkGroup> all;
        synchronized (this) {
            all = List.copyOf(groups);
        }
        long now = System.nanoTime();
        for (SmcdLinkGroup group : all) {
            group.sweep();
            if (!group.isIdle() || group.role() == SmcSnapshot.Role.SERVER) {
                idleSince.remove(group);
            } else if (now - idleSince.computeIfAbsent(group, g -> now) > IDLE_NANOS) {
                end(group);
            }
        }
        loop.schedule(SWEEP_NANOS, this::sweep);
    }

    private void end(SmcdLinkGroup group) {
        synchronized (this) {
            groups.remove(group);
        }
        idleSince.remove(group);
        forgetMarkers(group);
        group.down("the peer process or this engine has ended");
    }

    private void forgetMarkers(SmcdLinkGroup group) {
        byMarker.values().removeIf(f -> f.isDone() && !f.isCompletedExceptionally() && f.join() == group);
    }

    /** Call it after the control loop has ended or from it. */
    @Override
    public void close() {
        closed = true;
        List<SmcdLinkGroup> all;
        synchronized (this) {
            all = List.copyOf(groups);
        }
        all.forEach(this::end);
        introducing.forEach(Introduction::abandon);
        peerFileThreads.close();
    }

    private final class Established implements ControlSocket.Receiver {

        private final SmcdLinkGroup group;

        Established(SmcdLinkGroup group) {
            this.group = group;
        }

        @Override
        public void received(ControlMessage message, int descriptor) {
            if (message.type() == ControlMessage.MARKER_WITHDRAWN) {
                group.setWithdrawnAt(peerWithdrawals.incrementAndGet());
                forgetMarkers(group);
            } else if (Inquiries.concerns(message)) {
                inquiries.received(group, message);
            } else {
                group.received(message);
            }
        }

        @Override
        public void descriptorLost() {
            // None is expected any more: whoever sends one is gone.
            disconnected();
        }

        @Override
        public void disconnected() {
            end(group);
        }
    }
}
