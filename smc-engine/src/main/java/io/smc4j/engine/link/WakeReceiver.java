package io.smc4j.engine.link;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.WakeSocket;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/** The socket by which the peer of one link group wakes the owner of one doorbell. Thread-safe. */
public final class WakeReceiver implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CLOSED = -1;

    private final Doorbell doorbell;
    private final Executor peerFiles;
    private final long name;
    private final boolean withoutFiles;
    private int fd;
    private boolean senderKnown;

    /** Opens the socket and has it wake the doorbell's owner; see the constructor. */
    public static WakeReceiver open(Doorbell doorbell, Executor peerFiles) throws OsException {
        long name = newName();
        int fd = WakeSocket.openReceiver(name);
        return new WakeReceiver(doorbell, peerFiles, name, fd, PassedFiles.areRefused(fd));
    }

    /**
     * Takes over the socket, also when it fails.
     *
     * @param peerFiles runs what may have to wait for files that the peer has passed
     * @param withoutFiles whether it cannot have passed any
     */
    public WakeReceiver(Doorbell doorbell, Executor peerFiles, long name, int fd, boolean withoutFiles)
            throws OsException {
        this.doorbell = doorbell;
        this.peerFiles = peerFiles;
        this.name = name;
        this.fd = fd;
        this.withoutFiles = withoutFiles;
        try {
            doorbell.watch(fd);
        } catch (OsException e) {
            close();
            throw e;
        }
    }

    /** A name for a {@link WakeSocket}. */
    public static long newName() {
        return RANDOM.nextLong();
    }

    /** What the peer is to wake. */
    public long name() {
        return name;
    }

    /** The peer's socket is known. Until then others could wake the owner, for nothing. */
    public synchronized void acceptOnly(long sender) {
        // Once: to connect anew would drop what has come, and with it whatever files the peer has passed.
        if (fd == CLOSED || senderKnown) {
            return;
        }
        senderKnown = true;
        try {
            WakeSocket.acceptOnly(fd, sender);
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG,
                    "the peer of a doorbell has gone, or named another's socket", e);
        }
    }

    /** Makes room for more wake-ups. */
    public synchronized void drain() {
        if (fd == CLOSED) {
            return;
        }
        if (withoutFiles) {
            WakeSocket.drain(fd);
        } else {
            // On the same thread as the closing below, and before it.
            int draining = fd;
            peerFiles.execute(() -> WakeSocket.drain(draining));
        }
    }

    @Override
    public synchronized void close() {
        if (fd == CLOSED) {
            return;
        }
        int closing = fd;
        fd = CLOSED;
        doorbell.unwatch(closing);
        if (withoutFiles) {
            Sockets.close(closing);
        } else {
            peerFiles.execute(() -> Sockets.close(closing));
        }
    }
}
