package io.smc4j.engine.negotiation;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcr.Rdma;

/**
 * Watches the TCP socket of an established SMC-R connection, which carries nothing any more: if it ends, and not
 * because the peer has closed the connection, the peer may be dead, which RDMA itself would tell late.
 */
final class TcpEndWatch implements AutoCloseable {

    private final ControlLoop loop;
    private final Rdma rdma;
    private final int fd;
    private final SmcConnection connection;
    private long watch;
    private boolean closed;

    private TcpEndWatch(ControlLoop loop, Rdma rdma, int fd, SmcConnection connection) {
        this.loop = loop;
        this.rdma = rdma;
        this.fd = fd;
        this.connection = connection;
    }

    /** Returns {@code null} if nothing can be watched any more; only the tests of the link find out then. */
    static TcpEndWatch start(ControlLoop loop, Rdma rdma, int fd, SmcConnection connection) {
        TcpEndWatch created = new TcpEndWatch(loop, rdma, fd, connection);
        try {
            created.watch = loop.watch(fd, Epoll.EPOLLRDHUP | Epoll.EPOLLET, events -> created.ended());
            return created;
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP of an SMC-R connection not watched", e);
            return null;
        }
    }

    /** A stream that has only ended may be followed by a death that TCP does not tell of. */
    private void ended() {
        synchronized (this) {
            if (closed || connection.isPeerGone()) {
                return;
            }
        }
        rdma.suspect(connection.group().id());
    }

    /** The connection is over, as its link group is: ends TCP, so that the peer looks whether this side still lives. */
    synchronized void linkDown() {
        if (closed) {
            return;
        }
        try {
            Sockets.shutdown(fd, Sockets.SHUT_WR);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP of an SMC-R connection not ended", e);
        }
    }

    /** Call it before descriptor and connection are closed. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            loop.unwatch(fd, watch);
        }
    }
}
