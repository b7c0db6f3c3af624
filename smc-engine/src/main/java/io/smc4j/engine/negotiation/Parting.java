package io.smc4j.engine.negotiation;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.negotiation.ClcInput.Inbound;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.wire.ClcMessage;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The end of a socket whose owner has closed it while CLC messages were under way. The kernel resets a connection that
 * is closed with bytes unread, or that receives some afterwards, and the peer's application would see that in place of
 * the end of the stream. So the stream is ended, and the socket closed when the peer's message has come. If the owner
 * resets the connection, then not before what it has written is on its way. The descriptor's only owner.
 */
final class Parting {

    /**
     * What is left to say and to hear.
     *
     * @param message what takes back this side's last message, or {@code null}
     * @param answerDue whether the peer is going to send a message
     */
    record Words(ClcMessage message, boolean answerDue) {
    }

    /** A peer that has not answered by then is not about to. It finds the end of the stream behind the last message. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Negotiations owner;
    private final int fd;
    private final ByteBuffer unsent;
    private final boolean answerDue;
    private final boolean reset;
    private final ClcInput input = new ClcInput();
    private final Runnable cutOff = this::close;
    private ControlLoop.Timer deadline;
    private long watch;
    private boolean watching;
    private boolean ended;
    private boolean closed;

    /**
     * @param words {@code null} if nothing was said before
     * @param rest what the application has written
     * @param reset whether to close the socket resets the connection
     */
    Parting(Negotiations owner, int fd, Words words, ByteBuffer rest, boolean reset) {
        this.owner = owner;
        this.fd = fd;
        this.reset = reset;
        this.answerDue = words != null && words.answerDue;
        int length = words == null || words.message == null ? 0 : words.message.length();
        this.unsent = ByteBuffer.allocate(length + rest.remaining());
        if (length > 0) {
            words.message.encode(unsent);
        }
        unsent.put(rest).flip();
    }

    /** Says and hears what it can at once, and leaves the rest to the control loop. */
    synchronized void begin() {
        if (isOver() || owner.isClosed()) {
            close();
            return;
        }
        owner.ending(cutOff);
        try {
            watch = owner.loop.watch(fd, Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLET,
                    events -> ready());
            watching = true;
            deadline = owner.loop.schedule(unsent.hasRemaining() ? owner.config.handshakeTimeout().toNanos()
                    : Math.min(ANSWER_NANOS, owner.config.handshakeTimeout().toNanos()), this::close);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "no time to part", e);
            close();
        }
        if (owner.isClosed()) {
            close();
        }
    }

    private synchronized void ready() {
        if (!closed && isOver()) {
            close();
        }
    }

    private boolean isOver() {
        try {
            if (unsent.hasRemaining()) {
                Sockets.write(fd, unsent);
                if (unsent.hasRemaining()) {
                    return false;
                }
            }
            if (!ended && !reset) {
                ended = true;
                Sockets.shutdown(fd, Sockets.SHUT_WR);
            }
            return !answerDue || input.receive(fd) != Inbound.INCOMPLETE;
        } catch (OsException e) {
            // The peer has ended the connection as well.
            return true;
        }
    }

    /** Closes the descriptor, whatever there is left to do. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watching) {
            owner.loop.unwatch(fd, watch);
        }
        if (deadline != null) {
            deadline.cancel();
        }
        owner.ended(cutOff);
        Sockets.close(fd);
    }
}
