package io.smc4j.engine.link;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Processes;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.Sockets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** The first packets on a control socket, until both ends have each other's segment. Runs on the control loop. */
final class Introduction implements ControlSocket.Receiver {

    private final LinkGroups groups;
    private final int fd;
    private final CompletableFuture<LinkGroup> result;
    private ControlSocket socket;
    private ControlLoop.Timer deadline;
    private Gid peerGid;
    private SharedMemory memory;
    private int id;
    private boolean done;

    /** @param result {@code null} on the accepting side */
    Introduction(LinkGroups groups, int fd, CompletableFuture<LinkGroup> result) {
        this.groups = groups;
        this.fd = fd;
        this.result = result;
    }

    void begin() {
        if (groups.isClosed()) {
            Sockets.close(fd);
            fail(FallbackReason.PEER_LOST);
            return;
        }
        try {
            socket = new ControlSocket(groups.loop(), fd, this);
        } catch (OsException e) {
            fail(LinkGroups.reasonOf(e));
            return;
        }
        deadline = groups.loop().schedule(groups.timeoutNanos(), () -> fail(FallbackReason.TIMEOUT));
        if (isForeign(socket.peer().uid())) {
            refuse(FallbackReason.FOREIGN_USER);
        } else if (result != null) {
            socket.send(ControlMessage.hello(groups.gid()));
        }
    }

    /** Root serves every user, but follows no other user's marker: that could stand for a server without SMC. */
    private boolean isForeign(int uid) {
        int own = Processes.effectiveUserId();
        return uid != 0 && uid != own && (own != 0 || result != null);
    }

    @Override
    public void received(ControlMessage message, int descriptor) {
        if (descriptor >= 0 && (done || message.type() != ControlMessage.ATTACH)) {
            Sockets.close(descriptor);
        }
        if (done) {
            return;
        }
        try {
            switch (message.type()) {
                case ControlMessage.HELLO -> hello(message);
                case ControlMessage.ATTACH -> attach(message, descriptor);
                case ControlMessage.REFUSE -> fail(reasonOf(message.argument()));
                default -> fail(FallbackReason.PEER_LOST);
            }
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no link group", e);
            refuse(LinkGroups.reasonOf(e));
        }
    }

    private static FallbackReason reasonOf(int code) {
        return Arrays.stream(FallbackReason.values()).filter(reason -> reason.code() == code).findFirst()
                .orElse(FallbackReason.PEER_LOST);
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
            socket.send(ControlMessage.hello(groups.gid()));
            return;
        }
        LinkGroup existing = groups.forConnecting(peerGid);
        if (existing == null) {
            sendSegment();
        } else {
            finish();
            socket.close();
            result.complete(existing);
        }
    }

    private void sendSegment() throws OsException {
        memory = SharedMemory.create("smc4j", SegmentLayout.segmentSize(groups.budget().limit()));
        SegmentLayout.LONG.set(memory.segment(), (long) SegmentLayout.MAGIC_OFFSET, SegmentLayout.MAGIC);
        SegmentLayout.INT.set(memory.segment(), (long) SegmentLayout.VERSION_OFFSET, SegmentLayout.VERSION);
        SegmentLayout.INT.set(memory.segment(), (long) SegmentLayout.SLOTS_OFFSET, SegmentLayout.CONNECTIONS);
        SegmentLayout.LONG.set(memory.segment(), (long) SegmentLayout.SIZE_OFFSET, memory.size());
        id = groups.nextId();
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
        SmcSnapshot.Role role = result == null ? SmcSnapshot.Role.SERVER : SmcSnapshot.Role.CLIENT;
        LinkGroup group = new LinkGroup(id, role, peerGid, message.argument(), socket.peer(), memory, peerMemory,
                groups.budget(), socket);
        memory = null;
        finish();
        groups.add(group, socket);
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
        groups.ended(this);
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /** Gives up. Idempotent. */
    void fail(FallbackReason reason) {
        if (done) {
            return;
        }
        finish();
        if (socket != null) {
            socket.close();
        }
        if (memory != null) {
            memory.close();
        }
        if (result != null) {
            result.completeExceptionally(new LinkGroups.LinkException(reason));
        }
    }
}
