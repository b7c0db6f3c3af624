package io.smc4j.engine.connection;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.link.Spinner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One established SMC connection: a byte stream in each direction, half close, close and abort.
 *
 * <p>Reading is for one thread at a time and so is writing; the two may be different threads. Closing excludes both.
 * The questions ({@link #isReadable()} and so on), {@link #interruptWaits()} and what the link group calls are for any
 * thread.
 */
public final class SmcConnection implements LinkGroup.Member {

    /** Nothing to read now. */
    public static final int UNAVAILABLE = -2;
    /** The peer has ended its stream. */
    public static final int EOF = -1;

    private final LocalRing local;
    private final PeerRing peer;
    private final ReceiveSide in;
    private final SendSide out;
    private final ConnectionFigures figures;
    private final ConnectionState state;
    private final PeerEnd peerEnd;
    private final ConnectionMove move;
    private final ConnectionResumption resumption;
    private final Waiter waiter;
    private final Spinner readSpinner;
    private final Spinner writeSpinner;
    private final Spinner.Condition readCondition = this::isReadWaitOver;
    private final Spinner.Condition writeCondition = this::isWriteWaitOver;
    private final Spinner.Condition roomCondition = this::isRoomWaitOver;
    private final Runnable onLinkDown;

    private volatile boolean readsInterrupted;
    private volatile boolean writesInterrupted;
    private boolean closed;
    private boolean freed;

    /**
     * Ties the two rings together.
     *
     * @param sendSize bytes that may be under way to the peer
     * @param writeLock held by whoever writes or shuts down
     * @param onLinkDown run when the link group has ended, on the control loop
     */
    public SmcConnection(LocalRing local, PeerRing peer, int sendSize, ReentrantLock writeLock, ControlLoop loop,
            Spinner.Policy spin, Runnable onLinkDown) {
        this.local = local;
        this.peer = peer;
        this.in = new ReceiveSide(local);
        this.out = new SendSide(peer, sendSize);
        this.figures = new ConnectionFigures(local, in, out);
        this.state = new ConnectionState(local, peer, writeLock);
        this.peerEnd = new PeerEnd(state, in, out);
        this.move = new ConnectionMove(state, peer, in);
        this.waiter = new Waiter(local, loop);
        this.resumption = new ConnectionResumption(state, local, peer, in, out, waiter::wake);
        this.readSpinner = new Spinner(spin);
        this.writeSpinner = new Spinner(spin);
        this.onLinkDown = onLinkDown;
        local.pairWith(peer);
        local.attach(this);
    }

    // ---- stream

    /**
     * Reads what is there.
     *
     * @return bytes read, {@link #UNAVAILABLE} or {@link #EOF}
     * @throws IOException if the peer has aborted or ended, once all its data has been read
     */
    public int read(ByteBuffer target) throws IOException {
        for (;;) {
            int n = in.read(target);
            if (n > 0) {
                consumed();
                return n;
            }
            if (!target.hasRemaining()) {
                return 0;
            }
            int end = end();
            if (end != 0) {
                return end;
            }
        }
    }

    /** Reads into several buffers, as {@link #read(ByteBuffer)}. */
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        for (;;) {
            long total = 0;
            boolean room = false;
            for (int i = offset; i < offset + length; i++) {
                total += in.read(targets[i]);
                room = targets[i].hasRemaining();
                if (room) {
                    break;
                }
            }
            if (total > 0) {
                consumed();
                return total;
            }
            if (!room) {
                return 0;
            }
            int end = end();
            if (end != 0) {
                return end;
            }
        }
    }

    private void consumed() {
        if (in.publish()) {
            figures.toldOfRoom(peer.ring());
        }
    }

    /** Nothing was read: why. Returns 0 if data has come meanwhile. */
    private int end() throws IOException {
        if (!state.isLinkDown() && !state.isStreamEnded()) {
            return UNAVAILABLE;
        }
        if (in.hasData()) {
            return 0;
        }
        if (state.isContinuedOverTcp() && !state.isOrderlyEnd()) {
            // Waits end as if there were something to read, so this cannot wait until the peer tells.
            move.lookForPeer();
            return UNAVAILABLE;
        }
        if (state.isPeerGone()) {
            state.acknowledgeClose();
        }
        peerEnd.read(local.resetReason());
        return EOF;
    }

    /**
     * Writes what fits. What a peer that is gone does not get any more may count as written, see {@link PeerEnd}.
     *
     * @return bytes written, 0 if there is no room
     * @throws IOException if the peer has closed, aborted or ended
     */
    public int write(ByteBuffer source) throws IOException {
        if (isEnded()) {
            int length = source.remaining();
            writeToEnded(length);
            source.position(source.limit());
            return length;
        }
        int n = out.write(source, 0);
        if (n > 0) {
            published();
        }
        peerEnd.wrote(n, !source.hasRemaining());
        return n;
    }

    /** Writes from several buffers, as {@link #write(ByteBuffer)}; the peer sees all of it at once. */
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long rest = 0;
        for (int i = offset; i < offset + length; i++) {
            rest += sources[i].remaining();
        }
        long wanted = rest;
        if (isEnded()) {
            writeToEnded(wanted);
            for (int i = offset; i < offset + length; i++) {
                sources[i].position(sources[i].limit());
            }
            return wanted;
        }
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            int remaining = sources[i].remaining();
            rest -= remaining;
            if (remaining == 0) {
                continue;
            }
            int n = out.write(sources[i], (int) Math.min(rest, SmcConfig.MAX_BUFFER_SIZE));
            total += n;
            if (n < remaining) {
                break;
            }
        }
        if (total > 0) {
            published();
        }
        peerEnd.wrote(total, total == wanted);
        return total;
    }

    private void published() {
        out.publish();
        figures.toldOfBytes(peer.ring());
    }

    private boolean isEnded() {
        return state.isPeerGone() || state.isLinkDown() || state.isClosed();
    }

    private void writeToEnded(long length) throws IOException {
        state.acknowledgeClose();
        peerEnd.write(length, local.resetReason());
    }

    /** Bytes that can be read without waiting. */
    public int available() throws IOException {
        return in.available();
    }

    // ---- readiness

    /** Whether reading would return something else than {@link #UNAVAILABLE}. */
    public boolean isReadable() {
        return in.hasData() || state.isLinkDown() || state.isStreamEnded();
    }

    /** Whether writing would be accepted or fail; if not, the peer is asked to tell when that changes. */
    public boolean isWritable() {
        return isWritableNow() || out.awaitRoom() || peerGone();
    }

    private boolean isWritableNow() {
        return out.hasRoom() || peerGone();
    }

    private boolean peerGone() {
        return state.isLinkDown() || state.isPeerGone();
    }

    /**
     * Whether the peer is gone and bytes of it wait. Who reads should be led to them before a write fails and makes it
     * close.
     */
    public boolean isLastWord() {
        return peerGone() && in.hasData();
    }

    /**
     * Waits until {@link #isReadable()} or {@link #interruptWaits()}.
     *
     * @param timeoutNanos -1 for no limit
     * @return {@code false} if the time was over before
     */
    public boolean awaitReadable(long timeoutNanos) {
        return waiter.await(readCondition, readCondition, readSpinner, timeoutNanos);
    }

    /** Waits until {@link #isWritable()} or {@link #interruptWaits()}. */
    public void awaitWritable() {
        waiter.await(writeCondition, roomCondition, writeSpinner, -1);
    }

    private boolean isReadWaitOver() {
        return isReadable() || readsInterrupted;
    }

    private boolean isWriteWaitOver() {
        return isWritableNow() || writesInterrupted;
    }

    private boolean isRoomWaitOver() {
        return isWritable() || writesInterrupted;
    }

    /** Has present and future waits for input return. */
    public void interruptReads() {
        readsInterrupted = true;
        waiter.wake();
    }

    /** Has present and future waits for room return. */
    public void interruptWrites() {
        writesInterrupted = true;
        waiter.wake();
    }

    /** Has all present and future waits return. */
    public void interruptWaits() {
        writesInterrupted = true;
        interruptReads();
    }

    /**
     * Has the peer ring a selector's doorbell from now on, and no other; news from before is to be looked for
     * afterwards.
     *
     * @return {@code false} if the doorbell has no slot left for the link group
     */
    public boolean ringAt(Doorbell doorbell, Doorbell.Listener listener) {
        return waiter.ringAt(doorbell, listener);
    }

    /** Has the peer ring the control loop's doorbell, which several can listen to. */
    public void ringAtLoop(Doorbell.Listener listener) {
        waiter.ringAtLoop(listener);
    }

    /** A selector is not to be told any more; nothing happens if another one is told. */
    public void silence(Doorbell doorbell) {
        waiter.silence(doorbell);
    }

    // ---- end

    /** Ends this side's stream; the peer reads what was written, then end of stream. */
    public void shutdownOutput() {
        if (!state.isDoneWriting()) {
            state.show(ConnectionFlags.DONE_WRITING);
            peer.ring();
        }
    }

    /**
     * Closes the connection; nobody may read or write any more. Unread data makes it an abort, as the peer's data is
     * lost.
     *
     * @param abort whether to reset in any case
     */
    public void close(boolean abort) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        waiter.close();
        if (!state.isClosed()) {
            state.show(ConnectionFlags.CLOSED | (abort || in.hasData() ? ConnectionFlags.ABORT : 0));
            peer.ring();
        }
        if (!tryRelease()) {
            local.linger();
        }
    }

    @Override
    public void peerClosed() {
        if (state.isPeerGone()) {
            state.acknowledgeClose();
        }
    }

    @Override
    public void ringOffered() {
        state.whileWritable(() -> out.keepUp(out::takeOffer));
    }

    @Override
    public void reclaimOverflow() {
        state.whileWritable(() -> out.keepUp(out::reclaimOverflow));
    }

    @Override
    public void peerMoved() {
        move.lookForPeer();
    }

    @Override
    public void linkDown() {
        // Its last words may have been that.
        move.lookForPeer();
        state.setLinkDown();
        waiter.wake();
        onLinkDown.run();
    }

    @Override
    public void pathLost() {
        if (!resumption.pathLost()) {
            linkDown();
        }
    }

    @Override
    public boolean tryRelease() {
        synchronized (this) {
            if (freed) {
                return true;
            }
            // In this order: who is done because the path is lost may be needed.
            if (!closed || !state.isPeerDone() || resumption.keepsRings()) {
                return false;
            }
            freed = true;
        }
        resumption.released();
        local.free();
        return true;
    }

    /** Whether the peer has told that it neither reads nor writes any more. */
    public boolean isPeerGone() {
        return state.isPeerGone();
    }

    /** How it goes over to TCP. */
    public ConnectionMove move() {
        return move;
    }

    /** How it goes on over TCP when its path is lost. */
    public ConnectionResumption resumption() {
        return resumption;
    }

    // ---- figures

    /** What kind of rings carry it. */
    public SmcMode mode() {
        return local.group().mode();
    }

    /** The link group. */
    public LinkGroup group() {
        return local.group();
    }

    /** What is counted of it. */
    public ConnectionFigures figures() {
        return figures;
    }

    /** The state in the protocol's words. */
    public SmcState state() {
        return state.state();
    }
}
