package io.smc4j.engine.smcd;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/**
 * Connections by which engines of different network namespaces wake each other: the client of a link group connects to
 * the server's socket in the directory and says what the connection is for. The packet is big endian.
 *
 * <pre>
 * type 4, nothing 4, name 8
 * </pre>
 *
 * The name is random, and both have said it over their control socket before. Thread-safe.
 */
public final class WakeLines {

    /** "SMWL", so that it is no control message. */
    private static final int TYPE = 0x534D574C;
    private static final int LENGTH = 16;
    private static final int[] NO_DESCRIPTORS = {};

    private final Map<Long, IntConsumer> expected = new ConcurrentHashMap<>();

    WakeLines() {
    }

    /** Whether a process that has connected in the directory begins with these four bytes, big endian, to be one. */
    public static boolean isLine(int type) {
        return type == TYPE;
    }

    static ByteBuffer packet(long name) {
        return ByteBuffer.allocateDirect(LENGTH).putInt(TYPE).putInt(0).putLong(name).flip();
    }

    /** A connection is going to come that says a name; it is then the consumer's. */
    void expect(long name, IntConsumer consumer) {
        expected.put(name, consumer);
    }

    /** A connection of that name is not wanted any more. */
    void forget(long name) {
        expected.remove(name);
    }

    /**
     * Takes over a connection whose first packet is here.
     *
     * @param peerFiles runs what may have to wait for files that the peer has passed
     */
    public void accepted(int fd, Executor peerFiles) {
        ByteBuffer packet = ByteBuffer.allocateDirect(LENGTH + 1);
        IntConsumer consumer = null;
        try {
            if (UnixSockets.receive(fd, packet, NO_DESCRIPTORS) == LENGTH) {
                consumer = expected.remove(packet.getLong(LENGTH - Long.BYTES));
            }
        } catch (OsException e) {
            SmcdLinkGroup.LOG.log(System.Logger.Level.DEBUG, "no line to wake by", e);
        }
        if (consumer == null) {
            peerFiles.execute(() -> Sockets.close(fd));
        } else {
            consumer.accept(fd);
        }
    }
}
