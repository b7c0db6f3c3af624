package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.ConnectionResumption;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The TCP connection beside an SMC-R connection, if both sides have agreed to go on over it. Whoever has lost the path,
 * or wants to leave it, says how far it has received; the other answers the same, and leaves as well. Then each sends
 * what the other does not have.
 *
 * <p>A connection that is closed keeps its descriptor until the peer has told by RDMA that it has seen the end, so that
 * it can go on when the path is lost before. Thread-safe; what it does by itself it does on the control loop.
 */
public final class Resumption {

    /** The channel. Called on the control loop, which must not wait for anything there. */
    public interface Listener {
        /** The connection goes over to TCP now. */
        void resumed(FallbackReason why);

        /** The peer has answered, or there is more room in the socket, or it has come to nothing. */
        void progressed();
    }

    private static final String PEER_GONE = "the peer is gone";
    private static final int EVENTS = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLET;
    /** When to look again whether a channel's last bytes are in the send buffer. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How long the peer of a closed channel is waited for, as Linux does for a TCP connection that nobody owns. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Negotiations owner;
    private final int fd;
    private final SmcConnection connection;
    private final ConnectionResumption stream;
    private final Runnable cutOff = this::cutOff;
    private volatile Listener listener;
    private long watch;
    private ControlLoop.Timer deadline;
    /** The peer's message as far as it has come. */
    private ByteBuffer input;
    /** This side's message as far as it has not gone. */
    private ByteBuffer output;
    private volatile boolean begun;
    private volatile boolean answered;
    private volatile boolean failed;
    private volatile boolean outputMoved;
    private boolean lostByPeer;
    private boolean suspected;
    private boolean said;
    private String broken;
    private boolean ended;
    private boolean closed;
    /** Whether the channel is closed, and the descriptor this object's. */
    private volatile boolean departed;
    /** What the channel has written last; {@code null} if it goes by the send buffer. */
    private ByteBuffer last;

    private Resumption(Negotiations owner, int fd, SmcConnection connection) {
        this.owner = owner;
        this.fd = fd;
        this.connection = connection;
        this.stream = connection.resumption();
    }

    /** Returns {@code null} if the socket cannot be watched; then the connection ends with its path. */
    static Resumption start(Negotiations owner, int fd, SmcConnection connection) {
        Resumption created = new Resumption(owner, fd, connection);
        try {
            created.watch = owner.loop.watch(fd, EVENTS, events -> created.ready());
            return created;
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP of an SMC-R connection not watched", e);
            return null;
        }
    }

    /** Names the channel; on the control loop, before anybody uses the connection. */
    public void listen(Listener value) {
        listener = value;
        stream.enable(this::pathLost);
        if (!owner.loop.inLoop()) {
            owner.loop.execute(this::ready);
        }
    }

    private void pathLost() {
        leave(FallbackReason.PATH_LOST);
    }

    // ---- going on

    /** Has the connection go over to TCP; any thread. Returns whether it can. */
    public boolean begin(FallbackReason why) {
        if (begun || !stream.isPossible()) {
            return false;
        }
        if (owner.loop.inLoop()) {
            leave(why);
        } else {
            owner.loop.execute(() -> leave(why));
        }
        return true;
    }

    private void leave(FallbackReason why) {
        boolean now;
        synchronized (this) {
            now = !begun && !isOver();
            if (now) {
                leaveRing(why == FallbackReason.PATH_LOST);
            }
        }
        if (now) {
            owner.ending(cutOff);
            if (!departed) {
                listener.resumed(why);
            }
            ready();
        } else if (isOver()) {
            // That was decided meanwhile, by another thread.
            stream.releaseRings();
            connection.tryRelease();
        }
    }

    private void leaveRing(boolean lost) {
        begun = true;
        said = true;
        output = new ResumeMessage(lost, stream.leaveRing()).encode();
        try {
            owner.loop.rewatch(fd, EVENTS | Epoll.EPOLLOUT, watch);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP of an SMC-R connection not watched", e);
            ended = true;
        }
    }

    private synchronized boolean isOver() {
        return closed || failed;
    }

    /** The socket has news, or may have; on the control loop. */
    private void ready() {
        if (listener == null && !departed) {
            return;
        }
        if (!look()) {
            return;
        }
        if (broken != null) {
            fail(broken);
        } else if (answered && !begun) {
            answer();
        } else if (ended && !answered) {
            lost();
        } else if (begun) {
            proceed();
        }
    }

    /** Returns {@code false} if all is over, so that there may be no rings any more. */
    private synchronized boolean look() {
        if (closed) {
            return false;
        }
        try {
            flush();
            if (!answered && !ended) {
                receive();
            }
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP of an SMC-R connection has ended", e);
            ended = true;
            broken = begun ? PEER_GONE : null;
        } catch (IOException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "not to be gone on with", e);
            broken = e.getMessage();
        }
        return true;
    }

    private void flush() throws OsException {
        if (output != null && Sockets.write(fd, output) >= 0 && !output.hasRemaining()) {
            output = null;
        }
    }

    private void receive() throws IOException {
        if (input == null) {
            input = ByteBuffer.allocate(ResumeMessage.LENGTH);
        }
        int n = Sockets.read(fd, input);
        if (n == Sockets.EOF) {
            ended = true;
        } else if (!input.hasRemaining()) {
            ResumeMessage message = ResumeMessage.decode(input);
            stream.peerHas(message.received());
            lostByPeer = message.pathLost();
            answered = true;
        }
    }

    /** The peer has begun. If it has ended its stream before, it only wants to know that all of it is here. */
    private void answer() {
        if (begin(lostByPeer ? FallbackReason.PATH_LOST : FallbackReason.MOVED_BY_PEER)) {
            return;
        }
        synchronized (this) {
            if (said) {
                return;
            }
            said = true;
            output = new ResumeMessage(false, stream.received()).encode();
        }
        look();
    }

    /** TCP has ended. That the peer may be dead RDMA itself would tell late. */
    private void lost() {
        if (begun && departed && stream.isLeftByPeer()) {
            finish(false);
        } else if (begun) {
            fail(PEER_GONE);
        } else if (!suspected && !connection.isPeerGone()) {
            suspected = true;
            owner.rdma.suspect(connection.group().id());
        }
    }

    private void proceed() {
        synchronized (this) {
            if (departed) {
                boolean over = moveOutput();
                if (!over && answered && !failed && last == null && !stream.isOutputShut()) {
                    owner.loop.schedule(RETRY_NANOS, this::ready);
                }
                if (!over) {
                    return;
                }
            }
        }
        if (departed) {
            finish(false);
        } else {
            listener.progressed();
        }
    }

    private void fail(String reason) {
        synchronized (this) {
            if (failed || closed) {
                return;
            }
            failed = true;
        }
        owner.ended(cutOff);
        stream.fail(reason);
        stream.releaseRings();
        if (departed) {
            finish(true);
        } else {
            listener.progressed();
        }
    }

    // ---- for the channel

    /** Whether the peer has said how far it has received, and its stream goes on over TCP. */
    public boolean isAnswered() {
        return answered;
    }

    /** Whether the connection cannot go on. */
    public boolean isFailed() {
        return failed;
    }

    /**
     * Sends what the peer does not have, as far as there is room, and the end of the stream if that is due; with the
     * write lock held, by which nothing is written to the send buffer any more.
     *
     * @return whether what is written from now on goes over TCP
     */
    public synchronized boolean moveOutput() {
        if (outputMoved) {
            return true;
        }
        if (!begun || !answered || output != null || failed || closed) {
            return false;
        }
        try {
            if (!sendRest()) {
                return false;
            }
            if (departed || stream.isOutputShut()) {
                Sockets.shutdown(fd, Sockets.SHUT_WR);
            }
            outputMoved = true;
            return true;
        } catch (OsException e) {
            owner.loop.execute(() -> fail(e.getMessage()));
            return false;
        }
    }

    private boolean sendRest() throws OsException {
        for (ByteBuffer rest = stream.rest(); rest.hasRemaining(); rest = stream.rest()) {
            int n = Sockets.write(fd, rest);
            if (n <= 0) {
                return false;
            }
            stream.sent(n);
        }
        if (!departed) {
            return true;
        }
        if (last == null) {
            // Or the channel's last bytes are not in the send buffer yet.
            return stream.isOutputShut();
        }
        while (last.hasRemaining()) {
            if (Sockets.write(fd, last) <= 0) {
                return false;
            }
        }
        return true;
    }

    /** The link group has ended, and not only the path: ends TCP, so that the peer looks whether this side lives. */
    synchronized void linkDown() {
        if (closed || begun) {
            return;
        }
        try {
            Sockets.shutdown(fd, Sockets.SHUT_WR);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP of an SMC-R connection not ended", e);
        }
    }

    // ---- the end

    /**
     * The channel is about to close the connection: takes the descriptor over if the peer may still need it. If not,
     * this object uses it no more.
     *
     * @param rest what the channel has written last and not sent; {@code null} if it goes by the send buffer, at the
     *        latest when the connection is closed
     * @param reset whether nothing of what is under way is to come
     * @return whether the descriptor is closed here
     */
    public boolean outlive(ByteBuffer rest, boolean reset) {
        synchronized (this) {
            departed = !(closed || failed || reset || outputMoved || stream.isUnread());
            last = rest;
        }
        if (!departed) {
            finish(true);
            return false;
        }
        if (listener == null) {
            stream.enable(this::pathLost);
        }
        stream.onReleased(this::released);
        owner.ending(cutOff);
        deadline = owner.loop.schedule(PATIENCE_NANOS, cutOff);
        if (begun) {
            owner.loop.execute(this::ready);
        }
        if (owner.isClosed()) {
            cutOff();
        }
        return true;
    }

    /** Uses the descriptor no more, which is the channel's, and needs the rings no more. */
    public void close() {
        finish(false);
    }

    private void released() {
        if (!begun) {
            finish(false);
        }
    }

    /** The engine ends, or the peer does not do its part. */
    private void cutOff() {
        if (departed) {
            finish(begun);
        } else {
            fail("the engine was closed");
        }
    }

    private void finish(boolean abort) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            owner.loop.unwatch(fd, watch);
        }
        if (deadline != null) {
            deadline.cancel();
        }
        owner.ended(cutOff);
        stream.disable();
        stream.releaseRings();
        if (departed) {
            connection.close(abort);
            connection.tryRelease();
            closeDescriptor(abort);
        }
    }

    private void closeDescriptor(boolean abort) {
        try {
            SocketOptions.setLinger(fd, abort ? 0 : -1);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP below SMC ends otherwise", e);
        }
        Sockets.close(fd);
    }
}
