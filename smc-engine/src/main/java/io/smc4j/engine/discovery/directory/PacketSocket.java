package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

/**
 * One end of a connection that came about in the directory. Nothing on it waits for the peer, and no descriptor is
 * taken from it. Owns the descriptor. Any thread may send; all else is the control loop's.
 */
final class PacketSocket implements AutoCloseable {

    /** Receives what comes in. */
    interface Receiver {
        void received(ByteBuffer packet);

        /** The peer is gone, or misbehaves. */
        void disconnected();
    }

    /** Packets taken in one turn of the loop, which has others to serve. */
    private static final int BATCH = 16;
    private static final int[] NO_DESCRIPTORS = {};

    private final ControlLoop loop;
    private final int fd;
    private final Receiver receiver;
    private final UnixSockets.Credentials peer;
    private final Executor peerFiles;
    private final boolean withoutFiles;
    private final long watch;
    private boolean closed;

    /**
     * Takes over the descriptor, also when it fails.
     *
     * @param peerFiles runs what may have to wait for files of a user's
     */
    PacketSocket(ControlLoop loop, int fd, IntFunction<Executor> peerFiles, Receiver receiver) throws OsException {
        this.loop = loop;
        this.fd = fd;
        this.receiver = receiver;
        try {
            this.withoutFiles = PassedFiles.refuse(fd);
            this.peer = UnixSockets.peerCredentials(fd);
            this.peerFiles = peerFiles.apply(peer.uid());
            this.watch = loop.watch(fd, Epoll.EPOLLIN | Epoll.EPOLLRDHUP, events -> receive(BATCH));
        } catch (OsException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    UnixSockets.Credentials peer() {
        return peer;
    }

    boolean isClosed() {
        return closed;
    }

    /** Sends now or not at all; returns whether it was sent. */
    synchronized boolean offer(ByteBuffer packet) {
        try {
            return !closed && UnixSockets.send(fd, packet);
        } catch (OsException e) {
            // The loop sees the hang-up, and tells the receiver.
            return false;
        }
    }

    /** Takes what has come, as far as that. */
    void receive(int most) {
        ByteBuffer packet = ByteBuffer.allocateDirect(Math.max(Question.LENGTH, Answer.LENGTH) + 1);
        for (int taken = 0; taken < most && !closed; taken++) {
            int length;
            try {
                length = !withoutFiles && UnixSockets.hasDescriptors(fd) ? Sockets.EOF
                        : UnixSockets.receive(fd, packet.clear(), NO_DESCRIPTORS);
            } catch (OsException e) {
                length = Sockets.EOF;
            }
            if (length == Sockets.UNAVAILABLE) {
                return;
            }
            if (length == Sockets.EOF) {
                receiver.disconnected();
                return;
            }
            receiver.received(packet.flip());
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            loop.unwatch(fd, watch);
            // What lies in it unread may have descriptors with it.
            peerFiles.execute(() -> Sockets.close(fd));
        }
    }
}
