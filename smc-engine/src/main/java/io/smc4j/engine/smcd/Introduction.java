package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import java.util.concurrent.CompletableFuture;

/** The first packets on a control socket, until both ends have each other's segment. Lives on the control loop. */
final class Introduction implements ControlSocket.Receiver {

    private final SmcdLinkGroups owner;
    private final ControlLoop loop;
    private final int fd;
    private final CompletableFuture<SmcdLinkGroup> result;
    private final Encounter encounter;
    private final int withdrawalsBefore;
    private LinkGroupLimits.Seat seat;
    private ControlSocket socket;
    private ControlLoop.Timer deadline;
    private Gid peerGid;
    private SharedMemory memory;
    private int id;
    private boolean done;

    /**
     * Takes over the descriptor.
     *
     * @param result {@code null} on the accepting side
     * @param encounter how the two processes have met
     */
    Introduction(SmcdLinkGroups owner, ControlLoop loop, int fd, CompletableFuture<SmcdLinkGroup> result,
            Encounter encounter) {
        this.owner = owner;
        this.loop = loop;
        this.fd = fd;
        this.result = result;
        this.encounter = encounter;
        this.withdrawalsBefore = owner.withdrawals();
    }

    void start() {
        loop.execute(this::begin);
    }

    private void begin() {
        try {
            socket = new ControlSocket(loop, fd, owner.peerFileThreads(), this);
        } catch (OsException e) {
            fail(SmcdLinkGroups.reasonOf(e));
            return;
        }
        if (!owner.begun(this)) {
            fail(FallbackReason.PEER_LOST);
            return;
        }
        deadline = loop.schedule(owner.timeoutNanos(), () -> fail(FallbackReason.TIMEOUT));
        if (!encounter.admits(fd, socket.peer(), result != null)) {
            refuse(FallbackReason.FOREIGN_USER);
            return;
        }
        seat = owner.limits().take(socket.peer());
        if (seat == null) {
            refuse(FallbackReason.TOO_MANY_LINK_GROUPS);
        } else if (result != null) {
            socket.send(ControlMessage.hello(owner.gid()));
        }
    }

    @Override
    public void received(ControlMessage message, int descriptor) {
        if (done || message.type() != ControlMessage.ATTACH) {
            socket.closePassed(descriptor);
        }
        if (done) {
            return;
        }
        try {
            switch (message.type()) {
                case ControlMessage.HELLO -> hello(message);
                case ControlMessage.ATTACH -> attach(message, descriptor);
                case ControlMessage.REFUSE -> fail(SmcdLinkGroups.reasonOf(message.argument()));
                default -> fail(FallbackReason.PEER_LOST);
            }
        } catch (OsException e) {
            refuse(SmcdLinkGroups.reasonOf(e));
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no link group", e);
        }
    }

    @Override
    public void descriptorLost() {
        refuse(FallbackReason.NO_RESOURCES);
    }

    @Override
    public void disconnected() {
        fail(FallbackReason.PEER_LOST);
    }

    private void hello(ControlMessage message) throws OsException {
        if (message.argument() != SegmentLayout.VERSION || peerGid != null) {
            refuse(peerGid == null ? FallbackReason.OTHER_VERSION : FallbackReason.NO_MATCHING_DEVICE);
            return;
        }
        Gid name = new Gid(message.first(), message.second());
        if (owner.isAnothers(name, socket.peer()) || !encounter.mayBe(name)) {
            refuse(FallbackReason.NO_MATCHING_DEVICE);
            return;
        }
        peerGid = name;
        if (result == null) {
            socket.expectDescriptors();
            socket.send(ControlMessage.hello(owner.gid()));
            return;
        }
        SmcdLinkGroup existing = owner.find(peerGid, SmcSnapshot.Role.CLIENT);
        if (existing == null && !peerGid.equals(owner.gid())) {
            existing = owner.find(peerGid, SmcSnapshot.Role.SERVER);
        }
        Introduction ahead = existing == null ? owner.underway(this) : null;
        if (existing == null && ahead == null) {
            sendSegment();
            return;
        }
        finish();
        socket.close();
        releaseSeat();
        if (existing != null) {
            result.complete(existing);
        } else {
            ahead.result.whenComplete(this::join);
        }
    }

    private void join(SmcdLinkGroup group, Throwable failure) {
        if (failure == null) {
            result.complete(group);
        } else {
            result.completeExceptionally(failure);
        }
    }

    Gid peerGid() {
        return peerGid;
    }

    /** Whether this end connects, and has begun to share memory with an engine. */
    boolean leadsTo(Gid peer) {
        return result != null && memory != null && peer.equals(peerGid);
    }

    /** Hears what the peer has said already. */
    void catchUp() {
        socket.receive();
    }

    private void sendSegment() throws OsException {
        memory = SharedMemory.create("smc4j", SegmentLayout.segmentSize(owner.budget().limit()));
        SegmentLayout.LONG.set(memory.segment(), (long) SegmentLayout.MAGIC_OFFSET, SegmentLayout.MAGIC);
        SegmentLayout.INT.set(memory.segment(), (long) SegmentLayout.VERSION_OFFSET, SegmentLayout.VERSION);
        SegmentLayout.INT.set(memory.segment(), (long) SegmentLayout.SLOTS_OFFSET, SegmentLayout.CONNECTIONS);
        SegmentLayout.LONG.set(memory.segment(), (long) SegmentLayout.SIZE_OFFSET, memory.size());
        id = owner.nextId();
        socket.send(ControlMessage.attach(id, memory.size()), memory.fd());
    }

    private void attach(ControlMessage message, int descriptor) throws OsException {
        if (descriptor < 0 || peerGid == null || !SegmentLayout.isSegmentSize(message.first())) {
            socket.closePassed(descriptor);
            refuse(FallbackReason.NO_MATCHING_DEVICE);
            return;
        }
        SharedMemory peerMemory = map(descriptor, message.first());
        try {
            peerMemory.closeDescriptor();
            if (memory == null) {
                sendSegment();
            }
        } catch (OsException e) {
            peerMemory.close();
            throw e;
        }
        SmcdLinkGroup group = new SmcdLinkGroup(id, result == null ? SmcSnapshot.Role.SERVER : SmcSnapshot.Role.CLIENT,
                peerGid, message.argument(), memory, peerMemory, owner.budget(), owner.idleNanos(), socket,
                encounter, seat);
        memory = null;
        finish();
        socket.refuseDescriptors();
        socket.setReceiver(owner.established(group));
        if (result == null && withdrawalsBefore != owner.withdrawals()) {
            group.announceWithdrawal();
        }
        LinkGroup.LOG.log(System.Logger.Level.DEBUG, "link group {0} with process {1}", id, socket.peer().pid());
        if (result != null) {
            result.complete(group);
        }
    }

    private SharedMemory map(int descriptor, long size) throws OsException {
        try {
            return SharedMemory.map(descriptor, size);
        } catch (OsException | RuntimeException e) {
            socket.closePassed(descriptor);
            throw e;
        }
    }

    private void refuse(FallbackReason reason) {
        socket.send(ControlMessage.refuse(reason.code()));
        fail(reason);
    }

    private void finish() {
        done = true;
        owner.ended(this);
        deadline.cancel();
    }

    /** Behind the socket, which may take a while to be closed. */
    private void releaseSeat() {
        socket.peerFiles().execute(seat::release);
    }

    /** The engine closes. */
    void abandon() {
        fail(FallbackReason.PEER_LOST);
    }

    private void fail(FallbackReason reason) {
        if (done) {
            return;
        }
        done = true;
        owner.ended(this);
        if (socket != null) {
            socket.close();
        }
        if (deadline != null) {
            deadline.cancel();
        }
        if (memory != null) {
            memory.close();
        }
        if (seat != null) {
            releaseSeat();
        }
        if (result != null) {
            result.completeExceptionally(new DeclineException(reason));
        }
    }
}
