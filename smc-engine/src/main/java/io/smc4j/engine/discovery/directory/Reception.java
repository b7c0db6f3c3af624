package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.InetDiag;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.SocketDirectory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcd.UserShares;
import io.smc4j.engine.smcd.WakeLines;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * This engine's socket in the directory. The first packet of whoever connects says what for: to ask, to share memory,
 * or to wake. Opened by any thread; all else is the control loop's.
 */
final class Reception implements AutoCloseable {

    private static final int BACKLOG = 128;
    /** Connections taken in one turn of the control loop, which has others to serve. */
    private static final int BATCH = 16;
    /** Connections of all users. */
    private static final int MOST_GUESTS = 1024;
    /** How long somebody may say nothing. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ControlLoop loop;
    private final SocketDirectory directory;
    private final SmcdLinkGroups linkGroups;
    private final Listeners listeners;
    private final InetDiag kernel;
    private final String name;
    private final int fd;
    private final long watch;
    private final UserShares places = new UserShares(MOST_GUESTS);
    private final Set<Guest> guests = new HashSet<>();
    private boolean closed;

    /**
     * Opens the socket.
     *
     * @throws IOException if the directory does not let it, or the kernel does not tell of connections
     */
    Reception(ControlLoop loop, SocketDirectory directory, SmcdLinkGroups linkGroups, Listeners listeners)
            throws IOException {
        this.loop = loop;
        this.directory = directory;
        this.linkGroups = linkGroups;
        this.listeners = listeners;
        this.name = linkGroups.gid().toString();
        this.kernel = InetDiag.open();
        int listening = -1;
        try {
            // Finds out whether the kernel tells at all, before anybody relies on it.
            kernel.find(Question.greeting().called(), Question.greeting().client());
            listening = directory.listen(name, BACKLOG);
            PassedFiles.refuse(listening);
            this.watch = loop.watch(listening, Epoll.EPOLLIN, events -> accept());
        } catch (IOException e) {
            kernel.close();
            if (listening >= 0) {
                Sockets.close(listening);
                directory.remove(name);
            }
            throw e;
        }
        this.fd = listening;
    }

    private void accept() {
        try {
            for (int taken = 0; taken < BATCH && !closed; taken++) {
                int accepted = UnixSockets.accept(fd);
                if (accepted < 0) {
                    return;
                }
                receive(accepted);
            }
        } catch (OsException e) {
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "nobody more is received in the directory now", e);
        }
    }

    private void receive(int accepted) {
        try {
            int user = UnixSockets.peerCredentials(accepted).uid();
            Executor files = linkGroups.peerFiles(user);
            if (places.take(user)) {
                new Guest(accepted, user, files).begin();
            } else {
                files.execute(() -> Sockets.close(accepted));
            }
        } catch (OsException e) {
            Sockets.close(accepted);
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "not received in the directory", e);
        }
    }

    /** Somebody who has connected, counted until gone. */
    private final class Guest {

        private final int accepted;
        private final int user;
        private final Executor files;
        private long watching;
        private ControlLoop.Timer silence;
        private Respondent respondent;
        private boolean gone;

        Guest(int accepted, int user, Executor files) {
            this.accepted = accepted;
            this.user = user;
            this.files = files;
        }

        void begin() throws OsException {
            try {
                watching = loop.watch(accepted, Epoll.EPOLLIN | Epoll.EPOLLRDHUP, events -> ready());
            } catch (OsException e) {
                places.release(user);
                throw e;
            }
            guests.add(this);
            silence = loop.schedule(SILENCE_NANOS, this::leave);
        }

        private void ready() {
            int type;
            try {
                type = UnixSockets.peekInt(accepted);
            } catch (OsException e) {
                type = Sockets.EOF;
            }
            if (type == Sockets.UNAVAILABLE) {
                return;
            }
            silence.cancel();
            loop.unwatch(accepted, watching);
            if (type == Question.TYPE) {
                respond();
            } else {
                part();
                if (WakeLines.isLine(type)) {
                    linkGroups.wakeLines().accepted(accepted, files);
                } else if (SmcdLinkGroups.isIntroduction(type)) {
                    linkGroups.acceptedInDirectory(accepted);
                } else {
                    files.execute(() -> Sockets.close(accepted));
                }
            }
        }

        private void respond() {
            try {
                respondent = new Respondent(loop, accepted, linkGroups, listeners, kernel, this::part);
            } catch (OsException e) {
                part();
                SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "nobody to answer", e);
            }
        }

        private void leave() {
            loop.unwatch(accepted, watching);
            files.execute(() -> Sockets.close(accepted));
            part();
        }

        private void part() {
            if (!gone) {
                gone = true;
                guests.remove(this);
                places.release(user);
            }
        }

        void close() {
            if (respondent != null) {
                respondent.close();
                part();
            } else {
                silence.cancel();
                leave();
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.unwatch(fd, watch);
        Sockets.close(fd);
        for (Guest guest : Set.copyOf(guests)) {
            guest.close();
        }
        kernel.close();
        try {
            directory.remove(name);
        } catch (IOException e) {
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "socket not removed from the directory", e);
        }
    }
}
