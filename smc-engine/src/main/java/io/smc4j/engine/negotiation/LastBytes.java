package io.smc4j.engine.negotiation;

import io.smc4j.engine.connection.SmcConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The end of an SMC connection whose owner has closed it with bytes on their way that lay outside of the peer's ring.
 * They go first, as those in the socket's buffer would over TCP. The connection's only user.
 */
public final class LastBytes {

    /** When to look again for room: a new ring seldom has none. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How long a peer that does not read is waited for. Linux gives as long to a TCP connection that nobody owns. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Negotiations owner;
    private final SmcConnection connection;
    private final ByteBuffer rest;
    private final boolean reset;
    private final Runnable cutOff = this::cutOff;
    private final long begun = System.nanoTime();
    private final long sentBefore;
    private boolean closed;

    private LastBytes(Negotiations owner, SmcConnection connection, ByteBuffer rest, boolean reset) {
        this.owner = owner;
        this.connection = connection;
        this.rest = rest;
        this.reset = reset;
        this.sentBefore = connection.figures().bytesSent();
    }

    /**
     * Sends the bytes and closes the connection, at once if there is room.
     *
     * @param rest may be empty
     * @param reset whether to end with a reset, which waits for no room
     */
    public static void send(Negotiations owner, SmcConnection connection, ByteBuffer rest, boolean reset) {
        new LastBytes(owner, connection, rest, reset).begin();
    }

    private synchronized void begin() {
        proceed();
        if (closed) {
            return;
        }
        owner.ending(cutOff);
        if (owner.isClosed()) {
            cutOff();
        }
    }

    private synchronized void proceed() {
        if (closed) {
            return;
        }
        try {
            int written;
            do {
                // There may be more room where the ring wraps.
                written = connection.write(rest);
            } while (written > 0 && rest.hasRemaining());
        } catch (IOException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "not sent before the connection ended", e);
            rest.position(rest.limit());
        }
        if (!rest.hasRemaining()) {
            close(reset);
        } else if (reset || System.nanoTime() - begun >= PATIENCE_NANOS) {
            close(true);
        } else {
            owner.loop.schedule(RETRY_NANOS, this::proceed);
        }
    }

    private synchronized void cutOff() {
        close(true);
    }

    private void close(boolean abort) {
        if (!closed) {
            closed = true;
            owner.statistics.traffic(connection.mode(), connection.figures().bytesSent() - sentBefore, 0);
            connection.close(abort);
            owner.ended(cutOff);
        }
    }
}
