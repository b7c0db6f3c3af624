package io.smc4j.engine.discovery;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.util.concurrent.TimeUnit;

/** The marker of one listener. Whoever connects to it is served by the control loop. Thread-safe. */
public final class Marker implements AutoCloseable {

    private static final int BACKLOG = 128;
    /** Connections taken in one turn of the control loop, which has others to serve. */
    private static final int BATCH = 16;
    /** A marker's name is free again as soon as its owner has ended, which may be a moment after the port was. */
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int NOT_OPEN = -1;

    private final ControlLoop loop;
    private final SmcdLinkGroups linkGroups;
    private final String name;
    private int fd = NOT_OPEN;
    private long watch;
    private ControlLoop.Timer retry;
    private long pause = FIRST_RETRY_NANOS;
    private boolean closed;

    Marker(ControlLoop loop, SmcdLinkGroups linkGroups, String name) {
        this.loop = loop;
        this.linkGroups = linkGroups;
        this.name = name;
    }

    synchronized void open() {
        if (closed) {
            return;
        }
        try {
            fd = UnixSockets.listen(name, BACKLOG);
            // Whoever connects is let send descriptors once it is known who that is.
            PassedFiles.refuse(fd);
            watch = loop.watch(fd, Epoll.EPOLLIN, events -> accept());
            pause = FIRST_RETRY_NANOS;
        } catch (OsException e) {
            closeSocket();
            retryLater();
            Discovery.LOG.log(System.Logger.Level.DEBUG, "no SMC marker {0} now: {1}", name, e.getMessage());
        }
    }

    private void retryLater() {
        retry = loop.schedule(pause, this::open);
        pause = Math.min(2 * pause, LAST_RETRY_NANOS);
    }

    private synchronized void accept() {
        try {
            for (int taken = 0; taken < BATCH && fd != NOT_OPEN; taken++) {
                int accepted = UnixSockets.accept(fd);
                if (accepted < 0) {
                    return;
                }
                linkGroups.accepted(accepted);
            }
        } catch (OsException e) {
            // Without a marker clients go on with TCP at once; with one that nobody answers they would wait.
            withdraw();
            retryLater();
            Discovery.LOG.log(System.Logger.Level.WARNING, "SMC marker withdrawn for now: {0}", e.getMessage());
        }
    }

    private void withdraw() {
        if (fd != NOT_OPEN) {
            loop.unwatch(fd, watch);
            closeSocket();
            linkGroups.markerWithdrawn();
        }
    }

    private void closeSocket() {
        if (fd != NOT_OPEN) {
            Sockets.close(fd);
            fd = NOT_OPEN;
        }
    }

    /** Withdraws the marker. Call it before somebody else can listen at the address. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            withdraw();
            if (retry != null) {
                retry.cancel();
            }
        }
    }
}
