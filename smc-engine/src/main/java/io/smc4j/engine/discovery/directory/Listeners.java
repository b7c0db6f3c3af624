package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.os.InetDiag;
import io.smc4j.engine.os.InetDiag.Connection;
import io.smc4j.engine.os.InetDiag.State;
import io.smc4j.engine.os.OsException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * This engine's listeners, and which of them has a connection: the kernel is asked for the client's address and each
 * address at which it may have arrived. Thread-safe, but for {@link #find}, which is the control loop's.
 */
final class Listeners {

    /** Look-ups of one question at most. Each takes some microseconds. */
    private static final int MOST_LOOKUPS = 256;
    private static final long INTERFACES_VALID_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The kernel's clock ticks every 10 milliseconds at the slowest, and two are compared. */
    private static final long CLOCK_TOLERANCE_MILLIS = 25;

    private final List<InetSocketAddress> bound = new CopyOnWriteArrayList<>();
    private List<InetAddress> interfaces = List.of();
    private long interfacesSince;

    /** What there is to say about a connection. */
    record Found(State state, InetSocketAddress server) {
        static final Found NOTHING = new Found(State.NONE, null);
    }

    void add(InetSocketAddress listener) {
        bound.add(listener);
    }

    void remove(InetSocketAddress listener) {
        bound.remove(listener);
    }

    boolean isEmpty() {
        return bound.isEmpty();
    }

    /** Whether a listener of this engine has the connection of a question. */
    Found find(InetDiag kernel, Question question) throws OsException {
        InetSocketAddress client = question.client();
        InetSocketAddress called = question.called();
        // Most connections arrive at the address that was called.
        Found found = covers(called) ? lookUp(kernel, question, called) : Found.NOTHING;
        int lookups = 1;
        for (InetSocketAddress listener : bound) {
            for (InetAddress address : addresses(listener.getAddress())) {
                if (found.state != State.NONE || lookups == MOST_LOOKUPS) {
                    return found;
                }
                InetSocketAddress server = new InetSocketAddress(address, listener.getPort());
                if (address instanceof Inet4Address == client.getAddress() instanceof Inet4Address
                        && !server.equals(called)) {
                    lookups++;
                    found = lookUp(kernel, question, server);
                }
            }
        }
        return found;
    }

    private boolean covers(InetSocketAddress address) {
        return bound.stream().anyMatch(listener -> listener.getPort() == address.getPort()
                && (listener.getAddress().isAnyLocalAddress() || listener.getAddress().equals(address.getAddress())));
    }

    private Found lookUp(InetDiag kernel, Question question, InetSocketAddress server) throws OsException {
        Connection connection = kernel.find(server, question.client());
        return connection.state() == State.NONE || connection.state() == State.ESTABLISHED
                && !mayBe(question, connection) ? Found.NOTHING : new Found(connection.state(), server);
    }

    /**
     * Whether it is the asker's connection, and not another that has the same client's address, as there may be to
     * another server, or of another namespace: the asker's has carried nothing yet, and cannot be older than its
     * connect.
     */
    private static boolean mayBe(Question question, Connection connection) {
        return connection.bytesReceived() == 0 && connection.millisSinceAck() - CLOCK_TOLERANCE_MILLIS
                <= Math.max(0, System.currentTimeMillis() - question.begun());
    }

    private List<InetAddress> addresses(InetAddress listener) {
        if (!listener.isAnyLocalAddress()) {
            return List.of(listener);
        }
        long now = System.nanoTime();
        if (interfaces.isEmpty() || now - interfacesSince > INTERFACES_VALID_NANOS) {
            interfacesSince = now;
            try {
                interfaces = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress()).toList();
            } catch (SocketException e) {
                interfaces = List.of();
            }
        }
        return interfaces;
    }
}
