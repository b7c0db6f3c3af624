package io.smc4j.engine.connection;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.link.Spinner;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One established SMC connection: a byte stream in each direction, half close, close and abort.
 *
 * <p>Reading is for one thread at a time and so is writing; the two may be different threads. Closing excludes both. The
 * questions ({@link #isReadable()} and so on), {@link #interruptWaits()} and what the link group calls are for any thread.
 */
public final class SmcConnection implements LinkGroup.Member {

    /** Nothing to read now. */
    public static final int UNAVAILABLE = -2;
    /** The peer has ended its stream. */
    public static final int EOF = -1;

    private static final int STREAM_ENDED =
            ConnectionFlags.DONE_WRITING | ConnectionFlags.CLOSED | ConnectionFlags.ABORT;
    private static final int PEER_GONE = ConnectionFlags.CLOSED | ConnectionFlags.ABORT;

    private final LocalRing local;
    private final PeerRing peer;
    private final ReceiveSide in;
    private final SendSide out;
    private final ReentrantLock writeLock;
    private final Waiter waiter;
    private final Spinner readSpinner;
    private final Spinner writeSpinner;
    private final Runnable onLinkDown;

    private volatile int sentState;
    private volatile boolean linkDown;
    private volatile boolean waitsInterrupted;
    private volatile boolean writesInterrupted;
    private volatile boolean inputShutdown;
    private volatile DoorbellSlot selectorSlot;
    private boolean closed;
    private boolean freed;

    /**
     * Ties the two rings together.
     *
     * @param sendLimit bytes that may be under way to the peer
     * @param writeLock held by whoever writes or shuts down
     * @param onLinkDown run when the link group has ended, on the control loop
     */
    public SmcConnection(LocalRing local, PeerRing peer, int sendLimit, ReentrantLock writeLock, ControlLoop loop,
            Spinner.Policy spin, Runnable onLinkDown) {
        this.local = local;
        this.peer = peer;
        this.in = new ReceiveSide(local);
        this.out = new SendSide(peer, sendLimit);
        this.writeLock = writeLock;
        this.waiter = new Waiter(local, loop);
        this.readSpinner = new Spinner(spin);
        this.writeSpinner = new Spinner(spin);
        this.onLinkDown = onLinkDown;
        peer.pairWith(local);
        local.attach(this);
    }

    /** As server: tells the client that its Confirm was taken. */
    public void establish() {
        sentState |= ConnectionFlags.ESTABLISHED;
        peer.setState(sentState);
        peer.ring();
    }

    /** As client: whether the server has taken the Confirm. */
    public static boolean isEstablished(LocalRing ring) {
        return (ring.peerState() & ConnectionFlags.ESTABLISHED) != 0;
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
            peer.ring();
        }
    }

    /** Nothing was read: why. Returns 0 if data has come meanwhile. */
    private int end() throws IOException {
        boolean down = linkDown;
        int state = local.peerState();
        if ((state & STREAM_ENDED) == 0 && !down) {
            return UNAVAILABLE;
        }
        if (in.hasData()) {
            return 0;
        }
        if ((state & PEER_GONE) != 0) {
            acknowledgeClose();
        }
        if ((state & ConnectionFlags.ABORT) != 0 || (state & STREAM_ENDED) == 0) {
            throw new SocketException("Connection reset");
        }
        return EOF;
    }

    /**
     * Writes what fits.
     *
     * @return bytes written, 0 if there is no room
     * @throws IOException if the peer has closed, aborted or ended
     */
    public int write(ByteBuffer source) throws IOException {
        checkPeer();
        int n = out.write(source, 0);
        if (n > 0) {
            published();
        }
        return n;
    }

    /** Writes from several buffers, as {@link #write(ByteBuffer)}; the peer sees all of it at once. */
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        checkPeer();
        long rest = 0;
        for (int i = offset; i < offset + length; i++) {
            rest += sources[i].remaining();
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
        return total;
    }

    private void published() {
        out.publish();
        peer.ring();
    }

    private void checkPeer() throws IOException {
        if ((local.peerState() & PEER_GONE) != 0 || linkDown || (sentState & ConnectionFlags.CLOSED) != 0) {
            acknowledgeClose();
            if ((local.peerState() & ConnectionFlags.ABORT) != 0 || linkDown) {
                throw new SocketException("Connection reset");
            }
            throw new IOException("Broken pipe");
        }
    }

    /** Bytes that can be read without waiting. */
    public int available() throws IOException {
        return in.available();
    }

    // ---- readiness

    /** Whether reading would return something else than {@link #UNAVAILABLE}. */
    public boolean isReadable() {
        return in.hasData() || linkDown || (local.peerState() & STREAM_ENDED) != 0;
    }

    /** Whether writing would be accepted or fail; if not, the peer is asked to tell when that changes. */
    public boolean isWritable() {
        return isWritableNow() || out.awaitRoom() || peerGone();
    }

    private boolean isWritableNow() {
        return out.hasRoom() || peerGone();
    }

    private boolean peerGone() {
        return linkDown || (local.peerState() & PEER_GONE) != 0;
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

    private final Spinner.Condition readCondition = () -> isReadable() || inputShutdown || waitsInterrupted;
    private final Spinner.Condition writeCondition = () -> isWritableNow() || writesInterrupted || waitsInterrupted;
    private final Spinner.Condition roomCondition = () -> isWritable() || writesInterrupted || waitsInterrupted;

    /** Has present and future waits for room return. */
    public void interruptWrites() {
        writesInterrupted = true;
        waiter.wake();
    }

    /** Has all present and future waits return. */
    public void interruptWaits() {
        waitsInterrupted = true;
        waiter.wake();
    }

    /**
     * Has the peer ring a selector's doorbell from now on; news from before is to be looked for afterwards.
     *
     * @return {@code false} if the doorbell has no slot left for the link group
     */
    public boolean ringAt(Doorbell doorbell, Doorbell.Listener listener) {
        waiter.leaveLoop();
        DoorbellSlot slot = doorbell.slot(local.group());
        if (slot == null) {
            return false;
        }
        selectorSlot = slot;
        local.ringAt(slot, listener);
        return true;
    }

    /** Has the peer ring the control loop's doorbell, which anybody can listen to. */
    public void ringAtLoop(Doorbell.Listener listener) {
        waiter.enterLoop(listener);
    }

    /** No selector is to be told any more. */
    public void silence() {
        DoorbellSlot slot = selectorSlot;
        if (slot != null) {
            selectorSlot = null;
            local.silence(slot);
        }
    }

    // ---- end

    /** Has waits for input return; what still comes is left unread. */
    public void shutdownInput() {
        inputShutdown = true;
        waiter.wake();
    }

    /** Ends this side's stream; the peer reads what was written, then end of stream. */
    public void shutdownOutput() {
        if ((sentState & (ConnectionFlags.DONE_WRITING | ConnectionFlags.CLOSED)) == 0 && !linkDown) {
            show(ConnectionFlags.DONE_WRITING);
        }
    }

    /**
     * Closes the connection; nobody may read or write any more. Unread data makes it an abort, as the peer's data is lost.
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
        if ((sentState & ConnectionFlags.CLOSED) == 0 && !linkDown) {
            show(ConnectionFlags.CLOSED | (abort || in.hasData() ? ConnectionFlags.ABORT : 0));
        }
        waiter.leaveLoop();
        silence();
        if (!tryRelease()) {
            local.linger();
        }
    }

    private void show(int flags) {
        sentState |= flags;
        peer.setState(sentState);
        peer.ring();
    }

    /** The peer is gone for good: shows it that its memory is not touched any more, so that it can free the ring. */
    private void acknowledgeClose() {
        if ((sentState & ConnectionFlags.CLOSED) == 0 && !linkDown && writeLock.tryLock()) {
            try {
                sentState |= ConnectionFlags.CLOSED;
                peer.setState(sentState);
            } finally {
                writeLock.unlock();
            }
        }
    }

    @Override
    public void peerClosed() {
        if ((local.peerState() & PEER_GONE) != 0) {
            acknowledgeClose();
        }
    }

    @Override
    public void linkDown() {
        linkDown = true;
        waiter.wake();
        onLinkDown.run();
    }

    @Override
    public boolean tryRelease() {
        synchronized (this) {
            if (!closed || !linkDown && (local.peerState() & ConnectionFlags.CLOSED) == 0) {
                return false;
            }
            if (freed) {
                return true;
            }
            freed = true;
        }
        local.free();
        return true;
    }

    // ---- figures

    /** Bytes that may be under way to the peer. */
    public int sendBufferSize() {
        return out.window();
    }

    /** Bytes of the ring this side receives into. */
    public int receiveBufferSize() {
        return local.size();
    }

    /** Payload bytes sent. */
    public long bytesSent() {
        return out.total();
    }

    /** Payload bytes received by the application. */
    public long bytesReceived() {
        return in.total();
    }

    /** The state in the protocol's words. */
    public String state() {
        int theirs = local.peerState();
        boolean done = (sentState & ConnectionFlags.DONE_WRITING) != 0;
        if (linkDown || (theirs & ConnectionFlags.ABORT) != 0) {
            return "PROCESSABORT";
        }
        if ((theirs & ConnectionFlags.CLOSED) != 0) {
            return done ? "APPFINCLOSEWAIT" : "APPCLOSEWAIT1";
        }
        if ((theirs & ConnectionFlags.DONE_WRITING) != 0) {
            return done ? "APPCLOSEWAIT2" : "APPCLOSEWAIT1";
        }
        return done ? "PEERCLOSEWAIT1" : "ACTIVE";
    }
}
