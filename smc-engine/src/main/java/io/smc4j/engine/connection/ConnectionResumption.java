package io.smc4j.engine.connection;

import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How an SMC connection over RDMA goes on over TCP from the exact byte. What the peer may not have is still in the send
 * buffer: the peer says how far it has received, and all behind that is sent once more. The connection keeps its rings
 * until that is over.
 */
public final class ConnectionResumption {

    private final ConnectionState state;
    private final LocalRing local;
    private final PeerRing peer;
    private final ReceiveSide in;
    private final SendSide out;
    private final Runnable onChange;
    /** Who sees to it that the connection goes on; {@code null} if nobody does. */
    private volatile Runnable onPathLost;
    private volatile Runnable onReleased = () -> { };
    private volatile boolean keepsRings;
    /** What the peer has; {@code -1} while it has not said so. Guarded by the write lock from then on. */
    private long position = -1;

    /** @param onChange has everybody look again who waits */
    ConnectionResumption(ConnectionState state, LocalRing local, PeerRing peer, ReceiveSide in, SendSide out,
            Runnable onChange) {
        this.state = state;
        this.local = local;
        this.peer = peer;
        this.in = in;
        this.out = out;
        this.onChange = onChange;
    }

    // ---- whether, any thread

    /** Whether both sides have agreed to it in the handshake. */
    public boolean isAgreed() {
        return peer.isResumable();
    }

    /** Whether it goes on over TCP if it has to: the peer is there, and somebody sees to it. */
    public boolean isPossible() {
        return onPathLost != null && !state.isPeerGone() && !state.isLinkDown();
    }

    /**
     * From now on the loss of the path does not end the connection. Before anybody else uses it, on the control loop.
     *
     * @param listener told of the loss, on the control loop; at once if it has been
     */
    public void enable(Runnable listener) {
        onPathLost = listener;
        if (state.isPathLost() && !state.isPeerGone()) {
            state.clearLinkDown();
            listener.run();
        }
    }

    /** From now on it does. */
    public void disable() {
        onPathLost = null;
    }

    /** Returns whether the connection goes on. On the control loop. */
    boolean pathLost() {
        Runnable listener = onPathLost;
        boolean goesOn = listener != null && !state.isPeerGone();
        // Before the peer counts as done with the rings: somebody may just be closing.
        keepsRings |= goesOn;
        state.setPathLost();
        if (goesOn) {
            listener.run();
        }
        return goesOn;
    }

    // ---- going on, on the control loop

    /**
     * From now on nothing counts that comes by RDMA, and the rings are kept.
     *
     * @return bytes ever received, which can all be read
     */
    public long leaveRing() {
        keepsRings = true;
        local.leave();
        return received();
    }

    /** Bytes ever received. */
    public long received() {
        return local.producer();
    }

    /**
     * The peer has said how many bytes it has ever received.
     *
     * @throws IOException if that cannot be
     */
    public void peerHas(long received) throws IOException {
        long consumed = peer.consumer();
        long sent = out.total();
        if (received < consumed || received > sent) {
            throw new CursorException(sent - received, (int) (sent - consumed));
        }
        position = received;
    }

    /** The connection cannot go on over TCP either: it is reset, once everything was read that has come. */
    public void fail(String reason) {
        disable();
        if (state.isPathLost()) {
            state.setLinkDown();
        } else {
            local.breakOff(reason);
        }
        onChange.run();
    }

    // ---- what the peer does not have, with the write lock held

    /** The next piece of it; empty if there is no more. To be sent over TCP, and its position moved as it is. */
    public ByteBuffer rest() {
        return out.from(position);
    }

    /** So many more bytes are on their way. */
    public void sent(int length) {
        position += length;
    }

    /** Whether the stream ends behind it. */
    public boolean isOutputShut() {
        return state.isDoneWriting();
    }

    // ---- the end

    /** Whether the peer has said, since the ring was left, that it has seen the end, or needs RDMA no more. */
    public boolean isLeftByPeer() {
        return local.isLeftByPeer();
    }

    /** Whether the ring has bytes that nobody has read; any thread. */
    public boolean isUnread() {
        return in.hasData();
    }

    /** The rings are not needed for this any more. */
    public void releaseRings() {
        keepsRings = false;
    }

    boolean keepsRings() {
        return keepsRings;
    }

    /** Whom to tell when both sides are done with a connection that is about to be closed; any thread may tell. */
    public void onReleased(Runnable listener) {
        onReleased = listener;
    }

    void released() {
        onReleased.run();
    }
}
