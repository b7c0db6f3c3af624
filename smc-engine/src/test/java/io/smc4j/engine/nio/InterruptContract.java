package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Interrupts of a thread that uses a connection which its peer does not use yet, so that an engine may still negotiate.
 * The interrupt and the close that it makes come at two moments, so each case runs many times.
 */
abstract class InterruptContract extends ChannelContract {

    private static final int ROUNDS = 60;
    private static final long LONG_ENOUGH_TO_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    InterruptContract(Pairing pairing) {
        super(pairing);
    }

    /** Interrupts a thread once it waits, or a moment later if it waits in the kernel, of which Java does not tell. */
    private void assertThatAnInterruptCloses(SocketChannel channel, Callable<?> waits) {
        Task<Boolean> task = start(() -> {
            try {
                waits.call();
            } finally {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            }
            return true;
        });
        long start = System.nanoTime();
        Thread.State state = task.thread().getState();
        while (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING
                && System.nanoTime() - start < LONG_ENOUGH_TO_WAIT_NANOS) {
            Thread.onSpinWait();
            state = task.thread().getState();
        }
        task.thread().interrupt();
        assertThatExceptionOfType(Exception.class).isThrownBy(task::await)
                .withCauseInstanceOf(ClosedByInterruptException.class);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void closesAConnectOrTheReadAfterIt() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (ServerSocketChannel listener = servers.openServerSocketChannel().bind(ANY_PORT);
                    SocketChannel client = newClient()) {
                assertThatAnInterruptCloses(client, () -> {
                    client.connect(listener.getLocalAddress());
                    return client.read(ByteBuffer.allocate(1));
                });
            }
        }
    }

    @Test
    void closesAFirstReadOfTheClient() throws Exception {
        ServerSocketChannel listener = listen();
        connect(newClient(), listener);
        for (int i = 0; i < ROUNDS; i++) {
            try (SocketChannel client = newClient()) {
                client.connect(listener.getLocalAddress());
                assertThatAnInterruptCloses(client, () -> client.read(ByteBuffer.allocate(1)));
            }
        }
    }

    @Test
    void closesAFirstReadWithATimeout() throws Exception {
        ServerSocketChannel listener = listen();
        connect(newClient(), listener);
        for (int i = 0; i < ROUNDS; i++) {
            try (SocketChannel client = newClient()) {
                client.connect(listener.getLocalAddress());
                client.socket().setSoTimeout(30_000);
                assertThatAnInterruptCloses(client, () -> client.socket().getInputStream().read());
            }
        }
    }

    @Test
    void closesAFirstReadOfTheServer() throws Exception {
        ServerSocketChannel listener = listen();
        for (int i = 0; i < ROUNDS; i++) {
            SocketChannel client = toClose(SocketChannel.open(listener.getLocalAddress()));
            try (SocketChannel server = listener.accept()) {
                assertThatAnInterruptCloses(server, () -> server.read(ByteBuffer.allocate(1)));
            }
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }
}
