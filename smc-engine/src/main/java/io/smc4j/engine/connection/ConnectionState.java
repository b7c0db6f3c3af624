package io.smc4j.engine.connection;

import io.smc4j.engine.SmcState;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the two sides of a connection have shown each other about its beginning and end. Thread-safe.
 *
 * <p>Who has shown {@link ConnectionFlags#CLOSED} writes no more to the other's ring; the other may reuse it from then
 * on.
 */
final class ConnectionState {

    private static final int STREAM_ENDED =
            ConnectionFlags.DONE_WRITING | ConnectionFlags.CLOSED | ConnectionFlags.ABORT;
    private static final int ALL = STREAM_ENDED | ConnectionFlags.MOVED;
    private static final int PEER_GONE = ConnectionFlags.CLOSED | ConnectionFlags.ABORT;

    private final LocalRing local;
    private final PeerRing peer;
    private final ReentrantLock writeLock;
    private volatile int shown;
    private volatile boolean linkDown;
    private volatile boolean pathLost;
    /** Whether the peer had ended its stream before this side did. */
    private volatile boolean passive;

    /** @param writeLock held by whoever writes to the peer's ring */
    ConnectionState(LocalRing local, PeerRing peer, ReentrantLock writeLock) {
        this.local = local;
        this.peer = peer;
        this.writeLock = writeLock;
    }

    /** Shows the peer flags in addition to those shown before; nothing once it was shown the end. */
    synchronized void show(int flags) {
        if ((shown & ConnectionFlags.CLOSED) != 0 || linkDown) {
            return;
        }
        if ((flags & STREAM_ENDED) != 0 && (shown & STREAM_ENDED) == 0) {
            passive = isStreamEnded();
        }
        shown |= flags;
        peer.setState(shown);
    }

    /**
     * The peer is gone for good: shows it that its memory is not touched any more, so that it can free the ring. If
     * somebody is just writing, he will come upon it himself.
     */
    void acknowledgeClose() {
        unlessWriting(() -> {
            show(ConnectionFlags.CLOSED);
            peer.ringLast();
        });
    }

    /** Does something with the peer's ring, unless somebody is just writing or the end was shown. */
    void whileWritable(Runnable action) {
        unlessWriting(() -> {
            // With the lock of those who show the end: until then the memory is there.
            synchronized (this) {
                if (!isClosed() && !linkDown) {
                    action.run();
                }
            }
        });
    }

    private void unlessWriting(Runnable action) {
        if (!isClosed() && writeLock.tryLock()) {
            try {
                action.run();
            } finally {
                writeLock.unlock();
            }
        }
    }

    void setLinkDown() {
        linkDown = true;
    }

    /** What has carried the connection is lost, but it may go on: the peer writes to the local ring no more. */
    void setPathLost() {
        pathLost = true;
    }

    boolean isPathLost() {
        return pathLost;
    }

    /** It goes on after all, and nobody has seen otherwise. */
    void clearLinkDown() {
        linkDown = false;
    }

    boolean isLinkDown() {
        return linkDown;
    }

    /** Whether the end was shown to the peer. */
    boolean isClosed() {
        return (shown & ConnectionFlags.CLOSED) != 0;
    }

    boolean isDoneWriting() {
        return (shown & (ConnectionFlags.DONE_WRITING | ConnectionFlags.CLOSED)) != 0;
    }

    /** Whether the peer writes no more, for whatever reason it told. */
    boolean isStreamEnded() {
        return (local.peerState() & STREAM_ENDED) != 0;
    }

    /** Whether the peer neither reads nor writes any more, as it told. */
    boolean isPeerGone() {
        return (local.peerState() & PEER_GONE) != 0;
    }

    /**
     * Whether the stream from the peer was cut off rather than ended. An abort after an orderly end cuts nothing off; a
     * state that no peer can have counts as a reset.
     */
    boolean isReset() {
        int theirs = local.peerState();
        if ((theirs & ConnectionFlags.ABORT) == 0) {
            return linkDown && (theirs & STREAM_ENDED) == 0;
        }
        return (theirs & ConnectionFlags.DONE_WRITING) == 0 || (theirs & ~ALL) != 0;
    }

    /** Whether the peer's stream goes on over TCP, behind the data. */
    boolean isContinuedOverTcp() {
        int theirs = local.peerState();
        return (theirs & ConnectionFlags.MOVED) != 0 && (theirs & ~ALL) == 0 && peer.isMovable();
    }

    /** Whether the peer has ended its stream itself, so that nothing follows. */
    boolean isOrderlyEnd() {
        return (local.peerState() & ConnectionFlags.DONE_WRITING) != 0;
    }

    /** Shows that what follows goes over TCP. Returns whether the peer may still see that. */
    boolean showMoved() {
        if (isPeerGone() || linkDown || isClosed()) {
            return false;
        }
        show(ConnectionFlags.MOVED);
        return true;
    }

    /** Whether the peer has closed in good order. */
    boolean isClosedByPeer() {
        return (local.peerState() & PEER_GONE) == ConnectionFlags.CLOSED;
    }

    /** Whether nobody writes to the local ring any more. */
    boolean isPeerDone() {
        return linkDown || pathLost || local.isLeftByPeer() || (local.peerState() & ConnectionFlags.CLOSED) != 0;
    }

    /** In the protocol's words. */
    SmcState state() {
        int theirs = local.peerState();
        boolean done = isDoneWriting();
        if (linkDown || (theirs & ConnectionFlags.ABORT) != 0) {
            return SmcState.PROCESSABORT;
        }
        if ((theirs & STREAM_ENDED) == 0) {
            return done ? SmcState.PEERCLOSEWAIT1 : SmcState.ACTIVE;
        }
        if (!done) {
            return SmcState.APPCLOSEWAIT1;
        }
        if (passive) {
            return SmcState.APPCLOSEWAIT2;
        }
        return (theirs & ConnectionFlags.CLOSED) != 0 ? SmcState.APPFINCLOSEWAIT : SmcState.PEERCLOSEWAIT2;
    }
}
