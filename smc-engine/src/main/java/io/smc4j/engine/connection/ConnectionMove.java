package io.smc4j.engine.connection;

import io.smc4j.engine.link.PeerRing;

/**
 * How an SMC connection goes over to TCP in mid-stream, each direction by itself: the writer ends what it writes to the
 * peer's ring, and the reader leaves its own when all was read. Any thread, but for what says otherwise.
 */
public final class ConnectionMove {

    private final ConnectionState state;
    private final PeerRing peer;
    private final ReceiveSide in;
    private volatile Runnable onPeerMoved = () -> { };
    /** Whether the peer has said it once: it cannot be taken back. */
    private volatile boolean peerMoved;

    ConnectionMove(ConnectionState state, PeerRing peer, ReceiveSide in) {
        this.state = state;
        this.peer = peer;
        this.in = in;
    }

    /** Whether both sides have agreed that it can be, and the peer is still there. */
    public boolean isPossible() {
        return peer.isMovable() && !state.isPeerGone() && !state.isLinkDown();
    }

    /** Whom to tell that the peer goes on over TCP; news from before is to be looked for afterwards. */
    public void onPeerMoved(Runnable listener) {
        onPeerMoved = listener;
    }

    /** Whether somebody has seen that the peer's stream goes on over TCP behind what it has written to the ring. */
    public boolean isPeerMoved() {
        return peerMoved;
    }

    /** Looks for it, and tells of it; while the ring is there. */
    public void lookForPeer() {
        if (seesPeerMoved()) {
            onPeerMoved.run();
        }
    }

    private boolean seesPeerMoved() {
        if (!peerMoved && state.isContinuedOverTcp()) {
            peerMoved = true;
        }
        return peerMoved;
    }

    /** Whether all that the ring will ever hold was read; nobody may read at the same time, while the ring is there. */
    public boolean isInputOver() {
        // In this order: what was written before the peer said so is seen.
        return seesPeerMoved() && !isUnread();
    }

    /** Whether the ring has bytes that nobody has read; while it is there. */
    public boolean isUnread() {
        return in.hasData();
    }

    /**
     * Ends what this side writes to the peer's ring; with the write lock held.
     *
     * @return {@code false} if the connection has ended, and nothing can follow
     */
    public boolean endOutput() {
        if (!state.showMoved()) {
            return false;
        }
        peer.tellMoved();
        return true;
    }

    /** Whether this side has ended its stream. */
    public boolean isOutputShut() {
        return state.isDoneWriting();
    }
}
