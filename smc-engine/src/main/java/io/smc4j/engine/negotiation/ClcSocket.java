package io.smc4j.engine.negotiation;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.negotiation.ClcInput.Inbound;
import io.smc4j.engine.os.Descriptors;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.wire.ClcMessage;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A TCP socket to which the control loop listens, and over which CLC messages go. For one thread at a time. */
final class ClcSocket {

    /** A connect is not over. */
    static final int CONNECTING = -1;

    private static final int EVENTS = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLET;

    private final ControlLoop loop;
    private final ControlLoop.Handler handler;
    private final ClcInput input = new ClcInput();
    private int fd;
    private long watch;
    private boolean watched;
    private ByteBuffer unsent;

    ClcSocket(ControlLoop loop, int fd, ControlLoop.Handler handler) {
        this.loop = loop;
        this.fd = fd;
        this.handler = handler;
    }

    int fd() {
        return fd;
    }

    /** Goes on with another socket, to which nobody listens yet. */
    void replace(int next) {
        fd = next;
        unsent = null;
    }

    /**
     * @param connecting whether the socket is, or has more to send than it takes, so that its being writable is news
     */
    void watch(boolean connecting) throws OsException {
        watch = loop.watch(fd, connecting ? EVENTS | Epoll.EPOLLOUT : EVENTS, handler);
        watched = true;
    }

    void unwatch() {
        if (watched) {
            watched = false;
            loop.unwatch(fd, watch);
        }
    }

    boolean isWatched() {
        return watched;
    }

    /** What a connect has come to by the news: {@link #CONNECTING}, 0, or why it failed as an errno. */
    int connectResult(int news) throws OsException {
        return (news & (Epoll.EPOLLOUT | Epoll.EPOLLERR | Epoll.EPOLLHUP)) == 0 ? CONNECTING
                : Sockets.connectResult(fd);
    }

    // ---- messages

    void send(ClcMessage outgoing) throws OsException {
        ByteBuffer bytes = ByteBuffer.allocate(outgoing.length());
        outgoing.encode(bytes);
        unsent = bytes.flip();
        flush();
    }

    /** Sends what the socket has not taken yet. */
    void flush() throws OsException {
        if (unsent == null) {
            return;
        }
        try {
            Sockets.write(fd, unsent);
        } catch (OsException e) {
            unsent = null;
            throw e;
        }
        if (!unsent.hasRemaining()) {
            unsent = null;
        } else if (watched) {
            loop.rewatch(fd, EVENTS | Epoll.EPOLLOUT, watch);
        }
    }

    /** Whether the socket has taken all that was to be sent. */
    boolean isSent() {
        return unsent == null;
    }

    /** What the socket has not taken. */
    ByteBuffer unsent() {
        return unsent == null ? ByteBuffer.allocate(0) : unsent;
    }

    /** Looks at what has come, and takes it if it is a CLC message; that is then {@link #message()}. */
    Inbound receive() throws OsException {
        return input.receive(fd);
    }

    /** Whether bytes have come that {@link #receive()} has left. */
    boolean hasInput() throws OsException {
        return ClcInput.hasBytes(fd);
    }

    /**
     * Whether the peer has reset the connection, and bytes of its application's lie unread that came before.
     *
     * @param cause what the socket has told
     * @param messageDue whether a message may lie in front of these bytes, which is taken
     */
    boolean isResetBehindInput(IOException cause, boolean messageDue) {
        if (!(cause instanceof OsException e) || e.errno() != Errno.ECONNRESET) {
            return false;
        }
        try {
            if (messageDue) {
                receive();
            }
            return Descriptors.available(fd) > 0;
        } catch (OsException again) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "nothing to be read after a reset", again);
            return false;
        }
    }

    /** The message taken last. */
    ClcMessage message() {
        return input.message();
    }
}
