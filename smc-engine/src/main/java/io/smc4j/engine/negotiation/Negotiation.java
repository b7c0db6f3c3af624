package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcFormatException;
import io.smc4j.engine.wire.ClcMessage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The exchange of CLC messages over one TCP connection, as a state machine on the control loop; its lock guards it against
 * the channel's threads. Bytes are looked at before they are taken, so that what is not CLC stays where it is.
 */
public abstract class Negotiation {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.negotiation");

    private static final int EVENTS = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLET;

    /** Where the connection's incoming bytes stand. */
    enum Inbound {
        /** None, or a part of a message. */
        INCOMPLETE,
        /** The stream has ended. */
        ENDED,
        /** The stream has ended within what may have been a message. */
        CUT,
        /** Something that is no CLC message. */
        FOREIGN,
        /** A message, which has been taken. */
        MESSAGE,
        /** Something with the frame of a message but no valid content, which has been taken. */
        MALFORMED
    }

    final SmcEngine engine;
    final Negotiable channel;
    int fd;
    private long watch;
    private boolean watching;
    private ControlLoop.Timer deadline;
    private ByteBuffer unsent;
    private ClcMessage message;
    private volatile TcpEndWatch endWatch;
    private boolean exchanged;
    private boolean decided;
    private boolean ended;
    private boolean closedInOrder;

    Negotiation(SmcEngine engine, Negotiable channel, int fd) {
        this.engine = engine;
        this.channel = channel;
        this.fd = fd;
    }

    /** The socket has news; with the lock held. */
    abstract void advance(int events) throws IOException;

    /** The time is over; with the lock held. */
    abstract void expired();

    /** Nothing more can be got out of this socket; with the lock held. */
    abstract void broken(IOException cause);

    /** The engine closes: comes to an outcome at once; with the lock held. */
    abstract void abort();

    final synchronized void engineClosed() {
        if (!ended) {
            step(this::abort);
        }
    }

    /** Gives up what the outcome does not need, if that was not done yet; with the lock held. */
    abstract void release();

    /** Whether a client's {@code connect} is done, as TCP's is, and the outcome shows later; right after the start. */
    public boolean isOnItsWay() {
        return false;
    }

    /**
     * Stops; the channel is closed. Its descriptor is not used any more when this returns.
     *
     * @param abort whether a peer that counts the connection as made is to see a reset, instead of the end of the stream
     */
    public final synchronized void cancel(boolean abort) {
        closedInOrder = !abort;
        if (!decided) {
            decide(HandshakeOutcome.FAILED);
        }
        end();
        if (endWatch != null) {
            endWatch.close();
        }
    }

    /** Begins; with the lock held. The engine may close at any time: then all is over when this returns. */
    final void begin() {
        engine.begun(this);
        if (engine.isClosed()) {
            engineClosed();
        }
    }

    /** @param connecting whether the socket is, or has more to send than it takes, so that its being writable is news */
    final void watch(boolean connecting) throws OsException {
        try {
            watch = engine.loop().watch(fd, connecting ? EVENTS | Epoll.EPOLLOUT : EVENTS, this::ready);
            watching = true;
        } catch (OsException e) {
            engine.ended(this);
            throw e;
        }
    }

    final void unwatch() {
        if (watching) {
            watching = false;
            engine.loop().unwatch(fd, watch);
        }
    }

    private synchronized void ready(int events) {
        if (!ended && watching) {
            step(() -> {
                flush();
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
    }

    /** Goes on by what came otherwise than by the socket, unless all is over. */
    final synchronized void resume(Step step) {
        if (!ended) {
            step(step);
        }
    }

    /** Limits what is to come, unless the clock runs already. */
    final void startClock() {
        startClock(engine.config().handshakeTimeout().toNanos());
    }

    final void startClock(long nanos) {
        if (deadline == null) {
            deadline = engine.loop().schedule(nanos, this::expire);
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

    // ---- messages

    final void send(ClcMessage outgoing) throws OsException {
        ByteBuffer bytes = ByteBuffer.allocate(outgoing.length());
        outgoing.encode(bytes);
        unsent = bytes.flip();
        flush();
    }

    private void flush() throws OsException {
        if (unsent == null) {
            return;
        }
        Sockets.write(fd, unsent);
        if (!unsent.hasRemaining()) {
            unsent = null;
        } else if (watching) {
            engine.loop().rewatch(fd, EVENTS | Epoll.EPOLLOUT, watch);
        }
    }

    /** Whether the socket has taken all that was to be sent. */
    final boolean isSent() {
        return unsent == null;
    }

    /** Looks at what has come, and takes it if it is a CLC message; that is then {@link #message()}. */
    final Inbound receive() throws OsException {
        ByteBuffer bytes = ByteBuffer.allocate(Clc.MAX_LENGTH);
        for (boolean closed = false;; closed = true) {
            int n = Sockets.peek(fd, bytes.clear());
            if (n == Sockets.EOF) {
                return Inbound.ENDED;
            }
            bytes.flip();
            int length = n == Sockets.UNAVAILABLE ? Clc.INCOMPLETE : Clc.frame(bytes);
            if (length == Clc.NOT_CLC || length > Clc.MAX_LENGTH
                    || length != Clc.INCOMPLETE && length < Clc.HEADER_LENGTH) {
                return Inbound.FOREIGN;
            }
            if (length != Clc.INCOMPLETE && n >= length) {
                return take(bytes.limit(length));
            }
            if (closed) {
                return Inbound.CUT;
            }
            // While bytes are left to look at, only this shows the end of the stream. It ends what the next look sees.
            if (!isReadClosed()) {
                return Inbound.INCOMPLETE;
            }
        }
    }

    private Inbound take(ByteBuffer bytes) throws OsException {
        Inbound result = Inbound.MESSAGE;
        try {
            message = ClcMessage.decode(bytes.slice());
        } catch (ClcFormatException e) {
            LOG.log(System.Logger.Level.DEBUG, "malformed CLC message", e);
            result = Inbound.MALFORMED;
        }
        Sockets.read(fd, bytes.rewind());
        return result;
    }

    /** Whether bytes have come that {@link #receive()} has left. */
    final boolean hasInput() throws OsException {
        return (Sockets.poll(fd, Sockets.POLLIN, 0) & Sockets.POLLIN) != 0;
    }

    private boolean isReadClosed() throws OsException {
        int closed = Epoll.EPOLLRDHUP | Sockets.POLLHUP | Sockets.POLLERR;
        return (Sockets.poll(fd, Epoll.EPOLLRDHUP, 0) & closed) != 0;
    }

    /** The message taken last. */
    final ClcMessage message() {
        return message;
    }

    // ---- outcomes

    /** A ring that begins small, unless the channel wants less. */
    final SmcdLocalRing allocate(SmcdLinkGroup group) throws DeclineException {
        int largest = channel.receiveRingSize();
        return group.allocate(Math.min(SmcConfig.ringSize(engine.config().initialBufferSize()), largest), largest);
    }

    /** Makes the connection. */
    final SmcConnection connect(LocalRing ring, PeerRing peerRing) {
        return new SmcConnection(ring, peerRing, channel.sendRingSize(), channel.writeLock(), engine.loop(),
                engine.spinPolicy(), this::linkDown);
    }

    private void linkDown() {
        TcpEndWatch watch = endWatch;
        if (watch != null) {
            watch.linkDown();
        }
        channel.onLinkDown();
    }

    /** Whether the owner has closed the channel, and not by a reset. */
    final boolean isClosedInOrder() {
        return closedInOrder;
    }

    final boolean isDecided() {
        return decided;
    }

    /** Whether the socket is not looked at any more. */
    final boolean isEnded() {
        return ended;
    }

    /** From now on the outcome counts: the two sides have spoken to each other. */
    final void exchanged() {
        exchanged = true;
    }

    private void decide(HandshakeOutcome outcome) {
        decided = true;
        if (exchanged) {
            engine.statistics().handshake(outcome);
        }
    }

    /** @param gated whether a CLC message of the peer may still come in, which the application must not see */
    final void fallBack(FallbackReason reason, int peerDiagnosis, boolean gated) {
        decide(HandshakeOutcome.FALLBACK);
        release();
        if (!gated) {
            end();
        }
        channel.onTcp(reason, peerDiagnosis, gated);
    }

    final void succeed(SmcConnection connection) {
        decide(HandshakeOutcome.SMC);
        end();
        if (connection.mode() == SmcMode.SMCR) {
            endWatch = TcpEndWatch.start(engine, fd, connection);
        }
        channel.onSmc(connection);
    }

    final void fail(IOException cause) {
        decide(HandshakeOutcome.FAILED);
        end();
        report(cause);
    }

    final void openGate() {
        end();
        channel.onGateOpened();
    }

    /** The socket broke. To find that out has taken the error from it, which is the owner's to meet. */
    final void breakGate(IOException cause) {
        end();
        report(cause);
    }

    private void report(IOException cause) {
        channel.onFailure(cause instanceof OsException e ? OsException.asNetworkException(e) : cause);
    }

    private void end() {
        if (!ended) {
            ended = true;
            engine.ended(this);
            unwatch();
            stopClock();
            release();
        }
    }
}
