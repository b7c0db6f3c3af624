package io.smc4j.engine.smcd;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/** One end of the UNIX socket between two engines. Owns the descriptor. Thread-safe. */
final class ControlSocket implements AutoCloseable {

    /** Receives what comes in, on the control loop. */
    interface Receiver {
        /** @param descriptor passed along and now the receiver's, to be closed by {@link #closePassed}; or -1 */
        void received(ControlMessage message, int descriptor);

        /** A message is lost, as there was no room for the descriptor with it. */
        void descriptorLost();

        /** The other end is gone, or speaks another language. */
        void disconnected();
    }

    private record Pending(ControlMessage message, int descriptor) {
    }

    private static final int EVENTS = Epoll.EPOLLIN | Epoll.EPOLLRDHUP;
    private static final int NONE = -1;
    /** Packets taken in one turn of the loop, which has others to serve. */
    private static final int BATCH = 64;
    /** What a peer that is alive but stopped leaves at most: a word about each connection, and the doorbells. */
    static final int MOST_PENDING = 2 * SegmentLayout.CONNECTIONS;

    private final ControlLoop loop;
    private final int fd;
    private final UnixSockets.Credentials peer;
    private final Executor peerFiles;
    /** What a slow peer has yet to take. All messages may be repeated, so that one of a kind will do. */
    private final Set<Pending> pending = new LinkedHashSet<>();
    private volatile Receiver receiver;
    private long watch;
    private volatile boolean descriptorsExpected = true;
    private volatile boolean receiving;
    private boolean closed;

    /** Takes over the descriptor, also when it fails. */
    ControlSocket(ControlLoop loop, int fd, PeerFileThreads threads, Receiver receiver) throws OsException {
        this.loop = loop;
        this.fd = fd;
        this.receiver = receiver;
        try {
            this.peer = UnixSockets.peerCredentials(fd);
            this.peerFiles = threads.of(peer.uid());
            synchronized (this) {
                this.watch = loop.watch(fd, EVENTS, this::ready);
            }
        } catch (OsException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    UnixSockets.Credentials peer() {
        return peer;
    }

    /** Runs what may have to wait for files that the peer has passed, one after another. */
    Executor peerFiles() {
        return peerFiles;
    }

    ControlLoop loop() {
        return loop;
    }

    void setReceiver(Receiver value) {
        receiver = value;
    }

    /** A descriptor is to come. */
    void expectDescriptors() {
        PassedFiles.allow(fd);
    }

    /** No descriptor is to come any more: a peer that sends one means harm, and is taken for gone. */
    void refuseDescriptors() {
        PassedFiles.refuse(fd);
        descriptorsExpected = false;
    }

    void send(ControlMessage message) {
        send(message, NONE);
    }

    /** Sends soon; a peer too slow to take it gets it later. The descriptor stays the caller's. Never waits. */
    synchronized void send(ControlMessage message, int descriptor) {
        if (closed) {
            return;
        }
        try {
            if (!pending.isEmpty()) {
                if (pending.size() < MOST_PENDING) {
                    pending.add(new Pending(message, descriptor));
                } else {
                    hangUp();
                }
            } else if (!transmit(message, descriptor)) {
                pending.add(new Pending(message, descriptor));
                loop.rewatch(fd, EVENTS | Epoll.EPOLLOUT, watch);
            }
        } catch (OsException e) {
            // A broken socket is reported to the receiver by the loop, which sees the hang-up.
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "control message not sent", e);
        }
    }

    /** Sends now or not at all, so that nothing is kept for a peer that asks and does not listen. */
    synchronized void offer(ControlMessage message) {
        if (closed || !pending.isEmpty()) {
            return;
        }
        try {
            transmit(message, NONE);
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "control message not sent", e);
        }
    }

    /** The loop sees it, as the peer does, and tells the receiver. */
    private void hangUp() throws OsException {
        LinkGroup.LOG.log(System.Logger.Level.WARNING, "process {0} reads no control message any more", peer.pid());
        pending.clear();
        Sockets.shutdown(fd, Sockets.SHUT_RDWR);
    }

    /** Messages that the peer has not taken. */
    synchronized int pendingMessages() {
        return pending.size();
    }

    private boolean transmit(ControlMessage message, int descriptor) throws OsException {
        return descriptor == NONE ? UnixSockets.send(fd, message.encode())
                : UnixSockets.send(fd, message.encode(), descriptor);
    }

    private void ready(int events) {
        if ((events & Epoll.EPOLLOUT) != 0) {
            flush();
        }
        if ((events & ~Epoll.EPOLLOUT) != 0) {
            receive();
        }
    }

    private synchronized void flush() {
        try {
            int sent = 0;
            for (Iterator<Pending> left = pending.iterator(); left.hasNext(); sent++) {
                Pending next = left.next();
                if (sent == BATCH || !transmit(next.message, next.descriptor)) {
                    return;
                }
                left.remove();
            }
            if (!closed) {
                loop.rewatch(fd, EVENTS, watch);
            }
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "control message not sent", e);
        }
    }

    /** Whether there are messages that the receiver does not know yet; any thread. */
    synchronized boolean hasUnread() {
        try {
            // In this order: what is being received is not in the socket any more.
            return closed || Sockets.poll(fd, Sockets.POLLIN, 0) != 0 || receiving;
        } catch (OsException e) {
            return true;
        }
    }

    /** Takes what has come; for the control loop. */
    void receive() {
        ByteBuffer packet = ByteBuffer.allocateDirect(ControlMessage.LENGTH + 1);
        int[] descriptors = new int[UnixSockets.MAX_DESCRIPTORS];
        receiving = true;
        try {
            int taken = 0;
            while (taken < BATCH && receive(packet.clear(), descriptors)) {
                taken++;
            }
        } finally {
            receiving = false;
        }
    }

    /** Returns whether there may be more. */
    private boolean receive(ByteBuffer packet, int[] descriptors) {
        int n;
        Arrays.fill(descriptors, NONE);
        try {
            synchronized (this) {
                if (closed) {
                    return false;
                }
                // Not even received, since that would make them ours to close.
                n = !descriptorsExpected && UnixSockets.hasDescriptors(fd) ? Sockets.EOF
                        : UnixSockets.receive(fd, packet, descriptors);
            }
        } catch (OsException e) {
            closePassed(descriptors, 0);
            return survives(e);
        }
        if (n == Sockets.UNAVAILABLE) {
            return false;
        }
        ControlMessage message = n == Sockets.EOF ? null : ControlMessage.decode(packet.flip());
        boolean spoken = message != null && descriptors[1] < 0;
        closePassed(descriptors, spoken ? 1 : 0);
        if (spoken) {
            receiver.received(message, descriptors[0]);
        } else {
            receiver.disconnected();
        }
        return spoken;
    }

    private void closePassed(int[] descriptors, int from) {
        for (int i = from; i < descriptors.length && descriptors[i] >= 0; i++) {
            closePassed(descriptors[i]);
        }
    }

    /** Closes a descriptor that the peer has passed, if it is one. */
    void closePassed(int descriptor) {
        if (descriptor >= 0) {
            peerFiles.execute(() -> Sockets.close(descriptor));
        }
    }

    private boolean survives(OsException e) {
        switch (e.errno()) {
            case Errno.EMFILE -> receiver.descriptorLost();
            case Errno.ECONNRESET -> LinkGroup.LOG.log(System.Logger.Level.DEBUG,
                    "the peer has closed without having read everything; its last words are still there", e);
            default -> {
                receiver.disconnected();
                return false;
            }
        }
        return true;
    }

    /** The peer learns of it at once. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        pending.clear();
        loop.unwatch(fd, watch);
        try {
            Sockets.shutdown(fd, Sockets.SHUT_RDWR);
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "control socket not shut down", e);
        }
        // What lies in it unread may have descriptors with it.
        peerFiles.execute(() -> Sockets.close(fd));
    }
}
