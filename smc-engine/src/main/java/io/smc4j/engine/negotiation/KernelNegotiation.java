package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;

/**
 * The connecting side on an AF_SMC socket: the kernel negotiates, and the socket is writable when it has come to SMC or
 * TCP. If its handshake fails, which for the kernel is the failure of the connect, a plain TCP connection is made
 * instead.
 */
final class KernelNegotiation extends Negotiation {

    /** The kernel gives a handshake six seconds for each message; TCP tries for much longer to connect. */
    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final long begun = System.nanoTime();
    /** Why the connection is to be plain TCP. */
    private FallbackReason failure;

    private KernelNegotiation(Negotiations owner, Negotiable channel, int fd, InetSocketAddress remote) {
        super(owner, channel, fd, remote, Role.CLIENT);
    }

    static KernelNegotiation start(Negotiations owner, Negotiable channel, int fd, InetSocketAddress remote)
            throws OsException {
        KernelNegotiation negotiation = new KernelNegotiation(owner, channel, fd, remote);
        synchronized (negotiation) {
            negotiation.begin();
            if (!negotiation.isEnded()) {
                negotiation.watch(true);
            }
        }
        return negotiation;
    }

    @Override
    void advance(int events) throws IOException {
        int errno = socket.connectResult(events);
        if (errno == ClcSocket.CONNECTING) {
            return;
        }
        if (errno == 0) {
            // On an AF_SMC socket, what it is the kernel tells.
            fallBack(failure, 0, false);
        } else if (failure == null && isOfHandshake(errno)) {
            startOver(errno);
        } else {
            fail(OsException.of("connect", errno));
        }
    }

    private boolean isOfHandshake(int errno) {
        return switch (errno) {
            case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.ENETDOWN, Errno.EADDRNOTAVAIL,
                    Errno.EACCES, Errno.EPERM -> false;
            default -> System.nanoTime() - begun < HANDSHAKE_NANOS;
        };
    }

    private void startOver(int errno) throws IOException {
        LOG.log(System.Logger.Level.DEBUG, "SMC of the kernel not possible with {0}: {1}", peer,
                OsException.of("connect", errno).getMessage());
        failure = errno == Errno.ETIMEDOUT || errno == Errno.EAGAIN ? FallbackReason.TIMEOUT : FallbackReason.PEER_LOST;
        owner.discovery.failures().remember(peer, null, failure);
        socket.unwatch();
        socket.replace(channel.reconnect());
        watch(true);
    }

    @Override
    void expired() {
        // The kernel keeps the time.
    }

    @Override
    void abort() {
        fail(new SocketException("SMC engine closed while connecting"));
    }

    @Override
    void broken(IOException cause) {
        fail(cause);
    }

    @Override
    Parting.Words lastWords() {
        return null;
    }

    @Override
    void release() {
        // Nothing but the socket is in use.
    }
}
