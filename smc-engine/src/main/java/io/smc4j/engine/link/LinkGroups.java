package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Processes;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<ControlSocket, Boolean> introducing = new ConcurrentHashMap<>();
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
        new Introduction(fd, future).start();
        return future;
    }

    private static boolean isUsable(CompletableFuture<LinkGroup> known) {
        return known != null && (!known.isDone() || !known.isCompletedExceptionally() && known.join().isActive());
    }

    /** Serves a process that connected to a marker of ours. Takes over the descriptor. */
    public void accepted(int fd) {
        new Introduction(fd, null).start();
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

    private static FallbackReason reasonOf(OsException e) {
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
        introducing.keySet().forEach(ControlSocket::close);
    }

    /** The first packets on a control socket, until both ends have each other's segment. */
    private final class Introduction implements ControlSocket.Receiver {

        private final int fd;
        private final CompletableFuture<LinkGroup> result;
        private ControlSocket socket;
        private ControlLoop.Timer deadline;
        private Gid peerGid;
        private SharedMemory memory;
        private int id;
        private boolean done;

        /** @param result {@code null} on the accepting side */
        Introduction(int fd, CompletableFuture<LinkGroup> result) {
            this.fd = fd;
            this.result = result;
        }

        void start() {
            loop.execute(this::begin);
        }

        private void begin() {
            try {
                socket = new ControlSocket(loop, fd, this);
            } catch (OsException e) {
                fail(reasonOf(e));
                return;
            }
            introducing.put(socket, true);
            if (closed) {
                fail(FallbackReason.PEER_LOST);
                return;
            }
            deadline = loop.schedule(timeoutNanos, () -> fail(FallbackReason.TIMEOUT));
            int uid = socket.peer().uid();
            if (uid != 0 && uid != Processes.effectiveUserId() && Processes.effectiveUserId() != 0 || foreignMarker(uid)) {
                refuse(FallbackReason.FOREIGN_USER);
            } else if (result != null) {
                socket.send(ControlMessage.hello(gid));
            }
        }

        /** Root serves every user, but follows no other user's marker: that could stand for a server without SMC. */
        private boolean foreignMarker(int uid) {
            return result != null && uid != 0 && uid != Processes.effectiveUserId();
        }

        @Override
        public void received(ControlMessage message, int descriptor) {
            if (done) {
                return;
            }
            try {
                switch (message.type()) {
                    case ControlMessage.HELLO -> hello(message);
                    case ControlMessage.ATTACH -> attach(message, descriptor);
                    default -> fail(FallbackReason.PEER_LOST);
                }
            } catch (OsException e) {
                LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no link group", e);
                refuse(reasonOf(e));
            }
        }

        @Override
        public void disconnected() {
            fail(FallbackReason.PEER_LOST);
        }

        private void hello(ControlMessage message) throws OsException {
            if (message.argument() != SegmentLayout.VERSION || peerGid != null) {
                refuse(FallbackReason.NO_MATCHING_DEVICE);
                return;
            }
            peerGid = new Gid(message.first(), message.second());
            if (result == null) {
                socket.send(ControlMessage.hello(gid));
                return;
            }
            LinkGroup existing = find(peerGid, SmcSnapshot.Role.CLIENT);
            if (existing == null && !peerGid.equals(gid)) {
                existing = find(peerGid, SmcSnapshot.Role.SERVER);
            }
            if (existing != null) {
                end(existing);
            } else {
                sendSegment();
            }
        }

        private void end(LinkGroup existing) {
            finish();
            socket.close();
            result.complete(existing);
        }

        private void sendSegment() throws OsException {
            memory = SharedMemory.create("smc4j", SegmentLayout.segmentSize(budget.limit()));
            SegmentLayout.LONG.set(memory.segment(), (long) SegmentLayout.MAGIC_OFFSET, SegmentLayout.MAGIC);
            SegmentLayout.INT.set(memory.segment(), (long) SegmentLayout.VERSION_OFFSET, SegmentLayout.VERSION);
            SegmentLayout.INT.set(memory.segment(), (long) SegmentLayout.SLOTS_OFFSET, SegmentLayout.CONNECTIONS);
            SegmentLayout.LONG.set(memory.segment(), (long) SegmentLayout.SIZE_OFFSET, memory.size());
            id = ids.incrementAndGet();
            socket.send(ControlMessage.attach(id, memory.size()), memory.fd());
        }

        private void attach(ControlMessage message, int descriptor) throws OsException {
            if (descriptor < 0 || peerGid == null || !SegmentLayout.isSegmentSize(message.first())) {
                if (descriptor >= 0) {
                    Sockets.close(descriptor);
                }
                refuse(FallbackReason.NO_MATCHING_DEVICE);
                return;
            }
            SharedMemory peerMemory = SharedMemory.map(descriptor, message.first());
            try {
                peerMemory.closeDescriptor();
                if (memory == null) {
                    sendSegment();
                }
            } catch (OsException e) {
                peerMemory.close();
                throw e;
            }
            LinkGroup group = new LinkGroup(id, result == null ? SmcSnapshot.Role.SERVER : SmcSnapshot.Role.CLIENT, peerGid,
                    message.argument(), socket.peer(), memory, peerMemory, budget, socket);
            memory = null;
            finish();
            socket.setReceiver(new Established(group));
            synchronized (LinkGroups.this) {
                groups.add(group);
            }
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "link group {0} with process {1}", id, socket.peer().pid());
            if (result != null) {
                result.complete(group);
            }
        }

        private void refuse(FallbackReason reason) {
            socket.send(ControlMessage.refuse(reason.code()));
            fail(reason);
        }

        private void finish() {
            done = true;
            introducing.remove(socket);
            deadline.cancel();
        }

        private void fail(FallbackReason reason) {
            if (done) {
                return;
            }
            done = true;
            if (socket != null) {
                introducing.remove(socket);
                socket.close();
            }
            if (deadline != null) {
                deadline.cancel();
            }
            if (memory != null) {
                memory.close();
            }
            if (result != null) {
                result.completeExceptionally(new LinkException(reason));
            }
        }
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
