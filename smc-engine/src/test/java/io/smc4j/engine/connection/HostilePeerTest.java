package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcState;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer that writes anything into the memory it shares with us. The server is the victim; its own memory holds what
 * the peer writes, and the peer's memory holds what the peer lets it read.
 */
@Timeout(60)
class HostilePeerTest {

    private static final int RING = 16 * 1024;
    private static final int TOKEN = 0;
    private static final int DOORBELL = 20;
    private static final int WAITERS = 24;
    private static final int PRODUCER = 64;
    private static final int STATE = 72;
    private static final int BLOCKED = 76;
    private static final int CONSUMER = 128;
    private static final int EVENT = 192;
    private static final long DOORBELL_PAGES = 64 * 4096;

    private LinkPair links;
    private ConnectionPair pair;
    private SmcConnection victim;
    private MemorySegment written;
    private MemorySegment read;
    private long control;
    private long peerControl;

    private LinkPair otherLinks;
    private ConnectionPair bystander;

    @BeforeEach
    void open() throws Exception {
        links = new LinkPair();
        pair = new ConnectionPair(links, RING, RING);
        victim = pair.server.connection;
        written = links.server.memory();
        read = links.client.memory();
        control = LinkPair.Side.control(pair.server.ring);
        peerControl = LinkPair.Side.control(pair.client.ring);
        otherLinks = new LinkPair();
        bystander = new ConnectionPair(otherLinks, RING, RING);
    }

    @AfterEach
    void othersLiveAndNothingIsLeft() throws Exception {
        assertWorks(bystander);
        bystander.close();
        victim.close(false);
        pair.client.connection.close(false);
        assertIdle(links.server);
        otherLinks.close();
        links.close();
        assertThat(links.server.budget.used()).isZero();
    }

    private static void assertWorks(ConnectionPair connections) throws IOException {
        ByteBuffer ball = ByteBuffer.allocate(1000);
        assertThat(connections.client.connection.write(ball)).isEqualTo(1000);
        assertThat(connections.server.connection.read(ball.clear())).isEqualTo(1000);
        assertThat(connections.server.connection.write(ball.flip())).isEqualTo(1000);
        assertThat(connections.client.connection.read(ball.clear())).isEqualTo(1000);
    }

    /** The engine's thread does not run in circles: it uses no time to speak of while it is asked nothing. */
    private static void assertIdle(LinkPair.Side side) {
        long id = CompletableFuture.supplyAsync(() -> Thread.currentThread().threadId(), side.loop).join();
        var threads = ManagementFactory.getThreadMXBean();
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            side.sweep();
            Thread.State state = threads.getThreadInfo(id).getThreadState();
            long before = threads.getThreadCpuTime(id);
            CompletableFuture.runAsync(() -> { }, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)).join();
            return state != null && threads.getThreadCpuTime(id) - before < 10_000_000;
        });
    }

    private void setLong(MemorySegment memory, long offset, long value) {
        memory.set(ValueLayout.JAVA_LONG, offset, value);
    }

    private void setInt(MemorySegment memory, long offset, int value) {
        memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, RING + 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, (1L << 32) + 5})
    void endsReadingIfTheProducerIsImpossible(long producer) {
        setLong(written, control + PRODUCER, producer);

        assertThat(victim.isReadable()).isTrue();
        assertThat(victim.awaitReadable(-1)).isTrue();
        assertThatThrownBy(() -> victim.read(bytes(10))).isInstanceOf(CursorException.class)
                .hasMessageStartingWith("SMC peer moved its cursor");
        assertThatThrownBy(() -> victim.read(new ByteBuffer[] {bytes(1), bytes(1)}, 0, 2))
                .isInstanceOf(CursorException.class);
        assertThatThrownBy(() -> victim.available()).isInstanceOf(CursorException.class);
    }

    @Test
    void endsReadingIfTheProducerGoesBack() throws Exception {
        pair.client.connection.write(bytes(1000));
        assertThat(victim.read(bytes(600))).isEqualTo(600);
        setLong(written, control + PRODUCER, 500);

        assertThat(victim.read(bytes(10))).as("seen before").isEqualTo(10);
        assertThatThrownBy(() -> victim.read(bytes(1000))).isInstanceOf(CursorException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, RING + 1, Long.MAX_VALUE, Long.MIN_VALUE, -RING - 1})
    void endsWritingIfTheConsumerIsImpossible(long consumer) {
        setLong(read, peerControl + CONSUMER, consumer);

        assertThat(victim.isWritable()).isTrue();
        victim.awaitWritable();
        assertThatThrownBy(() -> {
            victim.write(bytes(RING));
            victim.write(bytes(RING));
        }).isInstanceOf(CursorException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1, 17})
    void ringsNothingButDoorbells(int doorbell) throws Exception {
        setInt(read, peerControl + DOORBELL, doorbell);
        for (int i = 0; i < 64; i++) {
            setInt(read, 4096 + i * 4096, 1);
        }

        assertThat(victim.write(bytes(100))).isEqualTo(100);
        assertThat(pair.client.connection.read(bytes(200))).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1, Integer.MIN_VALUE, 12345})
    void wakesNobodyWhereNobodyWaits(int waiters) throws Exception {
        setInt(read, peerControl + WAITERS, waiters);
        setInt(read, peerControl + EVENT, -1);

        assertThat(victim.write(bytes(100))).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0x40, 0x7FFFFFFF, 0x12345600})
    void takesAnImpossibleStateForAReset(int state) {
        setInt(written, control + STATE, state);

        assertThat(victim.isReadable()).isTrue();
        assertThatThrownBy(() -> victim.read(bytes(1))).isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> victim.write(bytes(1))).isInstanceOf(IOException.class).hasMessage("Broken pipe");
        assertThat(victim.state()).isEqualTo(SmcState.PROCESSABORT);
    }

    @Test
    void readsWhatHadArrivedWhateverTheState() throws Exception {
        pair.client.connection.write(bytes(300));
        setInt(written, control + STATE, -1);

        assertThat(victim.read(bytes(1000))).isEqualTo(300);
        assertThatThrownBy(() -> victim.read(bytes(1))).isInstanceOf(SocketException.class);
    }

    @Test
    void doesNotMindAZeroedTokenOrAnyOwnFieldOfItsControlBlock() throws Exception {
        written.asSlice(control + TOKEN, 64).fill((byte) 0xEE);
        setLong(written, control + CONSUMER, -77);
        setInt(written, control + BLOCKED, -5);

        assertThat(victim.write(bytes(10))).isEqualTo(10);
        setLong(written, control + PRODUCER, 5);
        assertThat(victim.read(bytes(10))).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesWhoeverWaitsForWhatCannotCome(boolean virtual) throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        builder.start(() -> {
            try {
                while (victim.read(bytes(10)) == SmcConnection.UNAVAILABLE) {
                    victim.awaitReadable(-1);
                }
                failure.complete(null);
            } catch (Throwable e) {
                failure.complete(e);
            }
        });
        setLong(written, control + PRODUCER, Long.MIN_VALUE);
        // A hostile peer may wake us or not; if not, its end does.
        links.client.close();

        assertThat(failure.join()).isInstanceOf(IOException.class);
    }

    @Test
    void survivesRandomBytesEverywhereWhileTrafficRuns() throws Exception {
        ConnectionPair[] connections = new ConnectionPair[8];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new ConnectionPair(links, RING, RING);
        }
        CompletableFuture<?>[] traffic = Arrays.stream(connections).flatMap(c -> Stream.of(
                drive(c.server.connection, true), drive(c.server.connection, false),
                drive(c.client.connection, true), drive(c.client.connection, false))).toArray(CompletableFuture[]::new);
        for (int i = 0; i < 2000; i++) {
            scribble(written, control, 64 * 256);
            scribble(written, 4096, DOORBELL_PAGES);
            scribble(read, peerControl, 64 * 256);
            assertWorks(bystander);
        }
        for (ConnectionPair connection : connections) {
            connection.server.connection.interruptWaits();
            connection.client.connection.interruptWaits();
        }
        CompletableFuture.allOf(traffic).join();
        for (ConnectionPair connection : connections) {
            connection.close();
        }
    }

    private static void scribble(MemorySegment memory, long from, long length) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long offset = from + (random.nextLong(length) & -8);
        memory.set(ValueLayout.JAVA_LONG, offset, random.nextBoolean() ? random.nextLong() : random.nextLong(-2, 70));
    }

    /** Reads or writes until it fails, which it may only in the agreed way. */
    private static CompletableFuture<Void> drive(SmcConnection connection, boolean reading) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < 200_000; i++) {
                    if (reading) {
                        connection.read(bytes(500));
                        connection.awaitReadable(1_000_000);
                    } else if (connection.write(bytes(700)) == 0) {
                        connection.awaitReadable(100_000);
                    }
                }
                end.complete(null);
            } catch (IOException e) {
                end.complete(null);
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }
}
