package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The exchange of CLC messages over one TCP connection, as a state machine on the control loop; its lock guards it
 * against the channel's threads.
 */
public abstract class Negotiation {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.negotiation");

    /** How long an outcome may take that a writer waits for: the socket's buffer would take more than is kept here. */
    private static final long HURRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    final Negotiations owner;
    final Role role;
    final InetSocketAddress peer;
    volatile Negotiable channel;
    final ClcSocket socket;
    private ControlLoop.Timer deadline;
    private volatile TcpEndWatch endWatch;
    private volatile Resumption resumption;
    final HandshakeAccount account = new HandshakeAccount(this);
    private boolean decided;
    private boolean ended;
    private boolean closedInOrder;
    private boolean cancelled;
    private boolean reset;
    private boolean hurried;
    private Parting.Words lastWords;
    /** In the owner's place, once the owner has closed and the outcome is waited for. */
    private DepartedOwner departed;

    Negotiation(Negotiations owner, Negotiable channel, int fd, InetSocketAddress peer, Role role) {
        this.owner = owner;
        this.role = role;
        this.peer = peer;
        this.channel = channel;
        this.socket = new ClcSocket(owner.loop, fd, this::ready);
    }

    /** The socket has news; with the lock held. */
    abstract void advance(int events) throws IOException;

    /** The time is over; with the lock held. */
    abstract void expired();

    /** Nothing more can be got out of this socket; with the lock held. */
    abstract void broken(IOException cause);

    /** The engine closes: comes to an outcome at once; with the lock held. */
    abstract void abort() throws IOException;

    final synchronized void engineClosed() {
        if (!ended) {
            step(this::abort);
        }
    }

    /** Gives up what the outcome does not need, if that was not done yet; with the lock held. */
    abstract void release();

    /**
     * What is said and heard before the socket is closed, now that the owner closes the channel in order; {@code null}
     * if there is nothing, or the outcome {@linkplain #outliveOwner is waited for}. With the lock held.
     */
    abstract Parting.Words lastWords() throws IOException;

    /**
     * The owner is about to reset the connection. A peer that knows no better takes that for the answer of somebody who
     * has no SMC, and connects anew. With the lock held, and only if nothing is partly sent.
     */
    void ownerResets() throws IOException {
        // The peer has nothing to ask.
    }

    /**
     * The peer may count the connection as made, so that it cannot be taken back: it is made, and ended then. With the
     * lock held, when the owner closes the channel in order. Returns {@code null}: nothing is to be said before the
     * outcome.
     */
    final Parting.Words outliveOwner() {
        departed = new DepartedOwner(this, channel);
        channel = departed;
        return null;
    }

    /** Tells the peer that this side's part of the handshake does not count. */
    final Parting.Words takeBack(int version, boolean answerDue) {
        return new Parting.Words(newDecline(version, FallbackReason.PEER_LOST), answerDue);
    }

    /** @param version of the peer's message */
    final ClcDecline newDecline(int version, FallbackReason reason) {
        boolean outOfSync = reason == FallbackReason.OUT_OF_SYNC;
        long peerId = owner.gid.low();
        return version == Clc.V1 ? ClcDecline.v1(peerId, reason.code(), outOfSync)
                : ClcDecline.v2(peerId, reason.code(), outOfSync);
    }

    /** The owner is about to write, or to end its output; any thread. */
    public void ownerWrites() {
        // It makes no difference.
    }

    /** The owner has more to write than is kept for the time after the outcome: that is not to take much longer. */
    public final synchronized void hurry() {
        if (!decided && !hurried && deadline != null) {
            hurried = true;
            stopClock();
            startClock(Math.min(HURRY_NANOS, owner.config.handshakeTimeout().toNanos()));
        }
    }

    /**
     * The channel is closed: stops, unless only the outcome tells how the peer is to see the end. The descriptor is not
     * the channel's to use any more when this returns.
     *
     * @param abort whether a peer that counts the connection as made is to see a reset, instead of the end of the
     *        stream
     * @param written whether the owner has written what the negotiation has kept: the peer is to get that in any case,
     *        as it would have by TCP
     */
    public final synchronized void cancel(boolean abort, boolean written) {
        if (cancelled) {
            return;
        }
        cancelled = true;
        reset = abort;
        closedInOrder = !abort || written && !decided;
        if (!ended && socket.isSent()) {
            // Nothing that is only partly sent can be followed by anything.
            step(closedInOrder ? () -> lastWords = lastWords() : this::ownerResets);
        }
        if (departed != null) {
            return;
        }
        if (!decided) {
            decided = true;
            account.failed();
        }
        stop();
    }

    final void stop() {
        end();
        if (endWatch != null) {
            endWatch.close();
        }
    }

    /**
     * Ends the connection so that the peer sees the end of the stream, and no reset for what this side has left unread;
     * after {@link #cancel}.
     *
     * @param rest what the owner has written and nobody has sent yet
     * @return whether the descriptor is closed here, when that is over
     */
    public final synchronized boolean part(ByteBuffer rest) {
        if (departed != null) {
            departed.takeOver(rest);
            return true;
        }
        if (lastWords == null && !(closedInOrder && rest.hasRemaining())) {
            return false;
        }
        new Parting(owner, socket.fd(), lastWords, rest, reset).begin();
        lastWords = null;
        return true;
    }

    /**
     * Ends a connection that has come to TCP after its owner has closed it.
     *
     * @param answerDue whether the peer is going to send a message of CLC
     */
    final void beginParting(boolean answerDue, ByteBuffer rest) {
        ByteBuffer before = socket.unsent();
        ByteBuffer all = ByteBuffer.allocate(before.remaining() + rest.remaining()).put(before).put(rest).flip();
        new Parting(owner, socket.fd(), new Parting.Words(null, answerDue), all, reset).begin();
    }

    /** Whether the owner has closed the channel so that the connection is reset. */
    final boolean isReset() {
        return reset;
    }

    /** Begins; with the lock held. The engine may close at any time: then all is over when this returns. */
    final void begin() {
        owner.begun(this);
        if (owner.isClosed()) {
            engineClosed();
        }
    }

    /** Has the control loop listen; see {@link ClcSocket#watch}. */
    final void watch(boolean connecting) throws OsException {
        try {
            socket.watch(connecting);
        } catch (OsException e) {
            owner.ended(this);
            throw e;
        }
    }

    private synchronized void ready(int events) {
        if (!ended && socket.isWatched()) {
            step(() -> {
                socket.flush();
                advance(events);
            });
        }
    }

    /** A piece of the state machine. */
    interface Step {
        void run() throws IOException;
    }

    /** Runs a piece of the state machine so that every failure has an outcome; with the lock held. */
    final void step(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            broken(e);
        } catch (RuntimeException | Error e) {
            broken(new IOException(e));
            LOG.log(System.Logger.Level.WARNING, "SMC negotiation", e);
        }
        if (departed != null) {
            departed.endIfDecided();
        }
    }

    /** Goes on by what came otherwise than by the socket, unless all is over. */
    final synchronized void resume(Step step) {
        if (!ended) {
            step(step);
        }
    }

    /**
     * Has the control loop look again: what had come may have become readable, which is no news to the epoll set. Any
     * thread, which does not look itself: it may find a Proposal before the loop is done with the link group.
     */
    public final void lookAgain() {
        owner.loop.execute(() -> ready(0));
    }

    /** Limits what is to come, unless the clock runs already. */
    final void startClock() {
        startClock(owner.config.handshakeTimeout().toNanos());
    }

    final void startClock(long nanos) {
        if (deadline == null) {
            deadline = owner.loop.schedule(nanos, this::expire);
        }
    }

    final void stopClock() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private synchronized void expire() {
        if (!ended && deadline != null) {
            step(this::expired);
        }
    }

    // ---- outcomes

    /** A ring begins small, unless the channel wants less. */
    final BufferSizes bufferSizes() {
        SmcConfig.Buffers buffers = owner.config.buffers();
        int receive = channel.receiveSize();
        int initial = Math.min(SmcConfig.bufferSize(buffers.initialSize()), receive);
        return new BufferSizes(initial, receive, channel.sendSize(), SmcConfig.bufferSize(buffers.rdmaSize()));
    }

    /** Makes the connection. */
    final SmcConnection connect(LocalRing ring, PeerRing peerRing) {
        return new SmcConnection(ring, peerRing, channel.sendSize(), channel.writeLock(), owner.loop,
                owner.spinPolicy, this::linkDown);
    }

    private void linkDown() {
        TcpEndWatch watch = endWatch;
        if (watch != null) {
            watch.linkDown();
        }
        Resumption going = resumption;
        if (going != null) {
            going.linkDown();
        }
        channel.onLinkDown();
    }

    final boolean isDecided() {
        return decided;
    }

    /** Whether the socket is not looked at any more. */
    final boolean isEnded() {
        return ended;
    }

    /** @param gated whether a CLC message of the peer may still come in, which the application must not see */
    final void fallBack(FallbackReason reason, int peerDiagnosis, boolean gated) {
        decided = true;
        account.fellBack(reason, peerDiagnosis);
        release();
        if (!gated) {
            end();
        }
        channel.onTcp(reason, peerDiagnosis, gated);
    }

    void succeed(SmcConnection connection) {
        decided = true;
        account.succeeded(connection);
        end();
        if (connection.resumption().isAgreed()) {
            resumption = Resumption.start(owner, socket.fd(), connection);
        }
        if (resumption == null && connection.mode() == SmcMode.SMCR) {
            endWatch = TcpEndWatch.start(owner.loop, owner.rdma, socket.fd(), connection);
        }
        channel.onSmc(connection, resumption);
    }

    final void fail(IOException cause) {
        decided = true;
        account.failed();
        end();
        report(cause);
    }

    /**
     * The socket broke, of which the owner is told; but if that was a reset, and bytes of the owner's had come before,
     * they can be read first.
     *
     * @param messageDue whether a message of the peer's may lie in front of them
     */
    final void failBehindInput(FallbackReason reason, IOException cause, boolean messageDue) {
        if (socket.isResetBehindInput(cause, messageDue)) {
            channel.onReset();
            fallBack(reason, 0, false);
        } else {
            fail(cause);
        }
    }

    final void openGate() {
        end();
        channel.onGateOpened();
    }

    /**
     * The engine closes, but a CLC message of the peer may still come in.
     *
     * @param answered whether the peer has been told, or will find out, that there is no SMC
     */
    final void leaveGate(boolean answered) {
        end();
        channel.onGateLeft(new UnattendedGate(socket.fd(), answered));
    }

    /** The socket broke. To find that out has taken the error from it, which is the owner's to meet. */
    final void breakGate(IOException cause) {
        if (socket.isResetBehindInput(cause, true)) {
            channel.onReset();
            openGate();
        } else {
            end();
            report(cause);
        }
    }

    private void report(IOException cause) {
        channel.onFailure(forOwner(cause));
    }

    /** A failure of the system as the owner knows it. */
    static IOException forOwner(IOException cause) {
        return cause instanceof OsException e ? OsException.asNetworkException(e) : cause;
    }

    private void end() {
        if (!ended) {
            ended = true;
            owner.ended(this);
            socket.unwatch();
            stopClock();
            release();
        }
    }
}
