package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.verbs.CompletionQueue;
import io.smc4j.engine.os.verbs.GidEntry;
import io.smc4j.engine.os.verbs.MemoryRegion;
import io.smc4j.engine.os.verbs.ProtectionDomain;
import io.smc4j.engine.os.verbs.QueuePair;
import io.smc4j.engine.os.verbs.RemoteQueuePair;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.CdcMessage;
import io.smc4j.engine.wire.Llc;
import io.smc4j.engine.wire.LlcMessage;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One link of a link group: a queue pair, and the buffers of its control messages. It is used for sending by any
 * thread, as {@link SendQueue} says; the rest lives on the control loop.
 */
final class RdmaLink implements LlcFlows.Carrier, SmcrPeerRing.Path {

    enum State { ACTIVATING, ACTIVE, DOWN }

    /** Whom a link tells. On the control loop. */
    interface Listener {
        /** A message that is not CDC's. */
        void llc(RdmaLink link, ByteBuffer message);

        /** A CDC message, of the full length. */
        void cdc(RdmaLink link, ByteBuffer in, int offset);

        /** The link carries nothing any more. */
        void failed(RdmaLink link, String reason);
    }

    private static final int RECEIVES = 48;
    static final int WORK_REQUESTS = SendQueue.WORK_REQUESTS + RECEIVES;
    private static final int MESSAGE_STRIDE = (Llc.MAX_LENGTH + 63) / 64 * 64;
    private static final int INLINE = Llc.LENGTH;

    private static final int KIND_SEND = 0;
    private static final int KIND_WRITE = 1;
    private static final int KIND_RECEIVE = 2;
    private static final int KIND_SHIFT = 24;
    private static final int SLOT_MASK = (1 << KIND_SHIFT) - 1;

    private final RdmaPort port;
    private final int version;
    private final Listener listener;
    private final int key;
    private final long idBase;
    private final Arena arena;
    private final ByteBuffer buffers;
    private final MemoryRegion region;
    private final QueuePair pair;
    private final int psn = ThreadLocalRandom.current().nextInt(1 << 24);
    private int number;
    private volatile State state = State.ACTIVATING;
    private int peerQpn;
    private RoceGid peerGid = RoceGid.ZERO;
    private MacAddress peerMac = MacAddress.ZERO;
    private volatile long lastReceived = System.nanoTime();

    private final SendQueue sends;
    private boolean closed;
    private boolean wasActive;
    private String failure;

    // On the control loop: whether another thread has the queue pair, and what is to be done when it is given back
    // then.
    private boolean connecting;
    private Runnable afterClose;

    /**
     * Makes a queue pair in state INIT.
     *
     * @param domain the link group's
     * @throws DeclineException if the device has no place for it
     */
    RdmaLink(RdmaPort port, ProtectionDomain domain, int version, Listener listener)
            throws VerbsException, DeclineException {
        this.port = port;
        this.version = version;
        this.listener = listener;
        RdmaDevice device = port.device();
        this.key = device.add(this);
        if (key < 0) {
            throw new DeclineException(FallbackReason.NO_RESOURCES);
        }
        this.idBase = (long) key << Integer.SIZE;
        this.arena = Arena.ofShared();
        MemoryRegion registered = null;
        try {
            MemorySegment memory = arena.allocate((long) MESSAGE_STRIDE * (SendQueue.SLOTS + RECEIVES), 4096);
            this.buffers = memory.asByteBuffer();
            registered = domain.register(memory, false);
            this.region = registered;
            this.pair = domain.createQueuePair(device.queue(), device.queue(), SendQueue.WORK_REQUESTS, RECEIVES,
                    INLINE);
        } catch (VerbsException | RuntimeException e) {
            if (registered != null) {
                registered.close();
            }
            arena.close();
            device.remove(key);
            throw e;
        }
        this.sends = new SendQueue(this, pair, region, buffers, MESSAGE_STRIDE, idBase | KIND_SEND << KIND_SHIFT,
                idBase | KIND_WRITE << KIND_SHIFT, this::failLater);
        try {
            pair.toInit(port.number());
        } catch (VerbsException | RuntimeException e) {
            close(() -> { });
            throw e;
        }
    }

    // ---- bringing it up

    private void toReadyToReceive(int qpn, int peerPsn, RoceGid gid, MacAddress mac, int mtuCode)
            throws VerbsException {
        peerQpn = qpn;
        peerGid = gid;
        peerMac = mac;
        int mtu = Math.min(mtuCode < 1 || mtuCode > 5 ? 1 : mtuCode, port.mtuCode());
        pair.toReadyToReceive(new RemoteQueuePair(qpn, peerPsn, gid.high(), gid.low(), mtu), gid().index(),
                port.number());
    }

    private void postReceives() {
        for (int i = 0; i < RECEIVES; i++) {
            postReceive(i);
        }
    }

    /**
     * Lets the peer's messages and RDMA writes in, which takes a second or more if its address is not known yet.
     *
     * @param done given {@code null}, or the failure; not called if the link is closed meanwhile
     */
    void connect(BlockingExecutor setup, SmcrAcceptBody peer, Consumer<VerbsException> done) {
        connect(setup, peer.qpn(), peer.psn(), peer.gid(), peer.mac(), peer.pathMtuCode(), done);
    }

    /** As the other, to a peer named by its queue pair, first packet number, GID, MAC address and path MTU. */
    void connect(BlockingExecutor setup, int qpn, int peerPsn, RoceGid gid, MacAddress mac, int mtuCode,
            Consumer<VerbsException> done) {
        AtomicReference<VerbsException> failure = new AtomicReference<>();
        connecting = true;
        setup.run(() -> {
            try {
                toReadyToReceive(qpn, peerPsn, gid, mac, mtuCode);
            } catch (VerbsException e) {
                failure.set(e);
            }
        }, () -> {
            connecting = false;
            Runnable waiting = afterClose;
            if (waiting != null) {
                free();
                waiting.run();
            } else {
                if (failure.get() == null) {
                    postReceives();
                }
                done.accept(failure.get());
            }
        });
    }

    /** Lets this side send. */
    void toReadyToSend() throws VerbsException {
        pair.toReadyToSend(psn);
        sends.open();
    }

    void activate() {
        state = State.ACTIVE;
        wasActive = true;
    }

    /** Whether it has carried connections. */
    boolean wasActive() {
        return wasActive;
    }

    /** Why it has failed; {@code null} if it has not. */
    String failure() {
        return failure;
    }

    // ---- sending

    @Override
    public void send(LlcMessage message) {
        sends.send(message);
    }

    @Override
    public void flush(SmcrPeerRing ring) {
        sends.flush(ring);
    }

    @Override
    public void flushAgain(SmcrPeerRing ring) {
        sends.flushAgain(ring);
    }

    @Override
    public void whileLocked(Runnable action) {
        sends.whileLocked(action);
    }

    @Override
    public int write(RegisteredBuffer from, int offset, int length, long remoteAddress, int rkey) {
        return sends.write(from.on(port.device()), offset, length, remoteAddress, rkey);
    }

    private void failLater(String reason) {
        port.device().execute(() -> fail(reason));
    }

    boolean isSending() {
        return sends.isBusy();
    }

    // ---- completions

    /** Takes a completion of this link's. */
    void completed(int id, int status, int length) {
        int slot = id & SLOT_MASK;
        if (status != CompletionQueue.SUCCESS) {
            if (id >>> KIND_SHIFT == KIND_SEND) {
                sends.release(slot, false);
            }
            fail(CompletionQueue.statusText(status));
        } else if (id >>> KIND_SHIFT == KIND_RECEIVE) {
            received(slot, length);
        } else if (id >>> KIND_SHIFT == KIND_SEND) {
            sends.release(slot, true);
        }
    }

    private void received(int slot, int length) {
        lastReceived = System.nanoTime();
        int offset = (SendQueue.SLOTS + slot) * MESSAGE_STRIDE;
        if (CdcMessage.isCdc(buffers, offset, length)) {
            listener.cdc(this, buffers, offset);
        } else {
            listener.llc(this, buffers.slice(offset, Math.min(length, MESSAGE_STRIDE)));
        }
        if (state != State.DOWN) {
            postReceive(slot);
        }
    }

    private void postReceive(int slot) {
        int error = pair.postReceive(idBase | KIND_RECEIVE << KIND_SHIFT | slot,
                region.address() + (long) (SendQueue.SLOTS + slot) * MESSAGE_STRIDE, MESSAGE_STRIDE, region.lkey());
        if (error != 0) {
            failLater("receive refused, error " + error);
        }
    }

    // ---- end

    /**
     * Ends the link and tells so, once. What has come is taken before: its sender knows that it has come, and would not
     * send it again over another link.
     */
    @Override
    public void fail(String reason) {
        if (state != State.DOWN) {
            failure = reason;
            down();
            port.device().execute(() -> {
                port.device().completions();
                listener.failed(this, reason);
            });
        }
    }

    /** Ends the link: nothing is sent or taken any more. */
    void down() {
        state = State.DOWN;
        sends.close();
        if (connecting) {
            return;
        }
        try {
            pair.toError();
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "queue pair not set to error", e);
        }
    }

    /**
     * Gives queue pair and buffers back; what was under way is over then.
     *
     * @param then run when they are given back: at once, unless the link is just being connected
     */
    void close(Runnable then) {
        if (closed) {
            return;
        }
        closed = true;
        state = State.DOWN;
        sends.close();
        if (connecting) {
            afterClose = then;
        } else {
            free();
            then.run();
        }
    }

    private void free() {
        port.device().remove(key);
        pair.close();
        region.close();
        arena.close();
        sends.free();
    }

    // ---- what it is

    int key() {
        return key;
    }

    RdmaPort port() {
        return port;
    }

    @Override
    public int number() {
        return number;
    }

    void setNumber(int value) {
        number = value;
    }

    State state() {
        return state;
    }

    @Override
    public boolean isDown() {
        return state == State.DOWN;
    }

    int qpn() {
        return pair.qpn();
    }

    int psn() {
        return psn;
    }

    int peerQpn() {
        return peerQpn;
    }

    RoceGid peerGid() {
        return peerGid;
    }

    MacAddress peerMac() {
        return peerMac;
    }

    private GidEntry gid() {
        return port.gid(version);
    }

    RoceGid ownGid() {
        return port.roceGid(version);
    }

    /** When a message came last, as {@link System#nanoTime} tells. */
    long lastReceived() {
        return lastReceived;
    }

    SmcSnapshot.Link snapshot(int connections) {
        return new SmcSnapshot.Link(number, SmcSnapshot.LinkState.valueOf(state.name()), port.device().name(),
                port.number(), ownGid().toString(), peerGid.toString(), qpn(), peerQpn, connections);
    }

    @Override
    public String toString() {
        return "link " + number + " (" + port + ")";
    }
}
