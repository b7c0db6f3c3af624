package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lost wake-up shows as a test that does not end, wherever its thread sleeps. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaiterTest {

    private static final int RING = 16 * 1024;
    private static final long FOR_EVER = -1;

    private LinkPair links;
    private ConnectionPair pair;
    private SmcConnection client;
    private SmcConnection server;

    @BeforeEach
    void open() throws Exception {
        links = new LinkPair();
        pair = new ConnectionPair(links, RING, RING);
        client = pair.client.connection;
        server = pair.server.connection;
    }

    @AfterEach
    void close() {
        pair.close();
        links.close();
    }

    /** A thread that runs one call, and its result. */
    private static final class Call<T> {
        final CompletableFuture<T> result = new CompletableFuture<>();
        final Thread thread;

        Call(boolean virtual, Callable<T> work) {
            Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
            thread = builder.start(() -> {
                try {
                    result.complete(work.call());
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        }

        /** A thread in a futex is seen as running, so that only virtual ones can be found waiting. */
        Call<T> untilWaiting() {
            if (thread.isVirtual()) {
                await().until(() -> thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING);
            }
            return this;
        }
    }

    private Call<Boolean> reader(boolean virtual) {
        return new Call<>(virtual, () -> server.awaitReadable(FOR_EVER)).untilWaiting();
    }

    private Call<Boolean> writer(boolean virtual) throws IOException {
        while (server.write(ByteBuffer.allocate(RING)) > 0) {
            continue;
        }
        return new Call<>(virtual, () -> {
            server.awaitWritable();
            return server.isWritable();
        }).untilWaiting();
    }

    private void send() throws IOException {
        assertThat(client.write(ByteBuffer.allocate(1))).isOne();
    }

    private void makeRoom() throws IOException {
        assertThat(client.read(ByteBuffer.allocate(RING))).isEqualTo(RING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesAReaderForData(boolean virtual) throws Exception {
        Call<Boolean> reader = reader(virtual);
        send();

        assertThat(reader.result.join()).isTrue();
    }

    /** The peer wakes some of them, as it could be made to wake any number; these wake the others. */
    @Test
    void wakesAllHoweverManyWait() throws Exception {
        List<Call<Boolean>> waiting = Stream.generate(() -> reader(false)).limit(5 * LocalRing.WOKEN_AT_ONCE).toList();
        long waiters = LinkPair.Side.control(pair.server.ring) + SegmentLayout.WAITERS;
        await().until(() -> links.server.memory().get(ValueLayout.JAVA_INT, waiters) == waiting.size());

        send();

        assertThat(waiting).allSatisfy(call -> assertThat(call.result.get(20, TimeUnit.SECONDS)).isTrue());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesAWriterForRoom(boolean virtual) throws Exception {
        Call<Boolean> writer = writer(virtual);
        makeRoom();

        assertThat(writer.result.join()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesAReaderAtTheEndOfTheStream(boolean virtual) {
        Call<Boolean> reader = reader(virtual);
        client.shutdownOutput();

        assertThat(reader.result.join()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesEverybodyWhenThePeerCloses(boolean virtual) throws Exception {
        Call<Boolean> reader = reader(virtual);
        Call<Boolean> writer = writer(virtual);
        client.close(false);

        assertThat(reader.result.join()).isTrue();
        assertThat(writer.result.join()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesEverybodyWhenTheLinkGroupEnds(boolean virtual) throws Exception {
        Call<Boolean> reader = reader(virtual);
        Call<Boolean> writer = writer(virtual);
        links.client.close();

        assertThat(reader.result.join()).isTrue();
        assertThat(writer.result.join()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesEverybodyWhenInterruptedFromWithin(boolean virtual) throws Exception {
        Call<Boolean> reader = reader(virtual);
        Call<Boolean> writer = writer(virtual);
        server.interruptWaits();

        assertThat(reader.result.join()).isTrue();
        assertThat(writer.result.join()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesAReaderWhenInputIsShutDown(boolean virtual) {
        Call<Boolean> reader = reader(virtual);
        server.interruptReads();

        assertThat(reader.result.join()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesUpWhenTheTimeIsOver(boolean virtual) {
        assertThat(new Call<>(virtual, () -> server.awaitReadable(1_000_000)).result.join()).isFalse();
        assertThat(new Call<>(virtual, () -> server.awaitReadable(0)).result.join()).isFalse();
    }

    /** The one waits on the futex word, the other for the control loop: the peer has to serve both. */
    @Test
    void wakesAVirtualReaderBesideAPlatformWriter() throws Exception {
        Call<Boolean> reader = reader(true);
        Call<Boolean> writer = writer(false);
        // The writer gets to sleep: what a platform thread does before shows in the control block.
        await().until(() -> waiters() == 1);

        send();
        assertThat(reader.result.join()).isTrue();
        makeRoom();
        assertThat(writer.result.join()).isTrue();
    }

    private int waiters() {
        long control = LinkPair.Side.control(pair.server.ring);
        return links.server.memory().get(ValueLayout.JAVA_INT, control + 24);
    }

    @Test
    void servesAVirtualReaderAndAVirtualWriterAtOnce() throws Exception {
        Call<Boolean> reader = reader(true);
        Call<Boolean> writer = writer(true);
        makeRoom();
        assertThat(writer.result.join()).isTrue();
        assertThat(reader.result).isNotDone();
        send();
        assertThat(reader.result.join()).isTrue();
    }

    @Test
    void returnsToAnInterruptedVirtualThread() {
        Call<Boolean> reader = reader(true);
        reader.thread.interrupt();

        assertThat(reader.result.join()).isFalse();
    }

    @Test
    void ringsTheSelectorThatCameLast() throws Exception {
        try (Doorbell first = new Doorbell(1); Doorbell second = new Doorbell(1)) {
            AtomicInteger atFirst = new AtomicInteger();
            AtomicInteger atSecond = new AtomicInteger();
            server.ringAt(first, atFirst::incrementAndGet);
            server.ringAt(second, atSecond::incrementAndGet);
            // As a selector does that finds a cancelled key.
            server.silence(first);

            send();
            first.drain();
            second.drain();

            assertThat(atFirst).hasValue(0);
            assertThat(atSecond).hasValue(1);
            server.silence(second);
            send();
            second.drain();
            assertThat(atSecond).hasValue(1);
        }
    }

    @Test
    void tellsAListenerThroughTheControlLoopInPlaceOfASelector() throws Exception {
        try (Doorbell selector = new Doorbell(1)) {
            AtomicInteger atSelector = new AtomicInteger();
            AtomicInteger atLoop = new AtomicInteger();
            server.ringAt(selector, atSelector::incrementAndGet);
            server.ringAtLoop(atLoop::incrementAndGet);

            send();

            await().until(() -> atLoop.get() == 1);
            selector.drain();
            assertThat(atSelector).hasValue(0);
            server.silence(selector);
            send();
            await().until(() -> atLoop.get() == 2);
        }
    }

    @Test
    void wakesAVirtualReaderAfterASelectorHasLeft() throws Exception {
        try (Doorbell selector = new Doorbell(1)) {
            server.ringAt(selector, () -> { });
            Call<Boolean> reader = reader(true);
            server.silence(selector);

            send();

            assertThat(reader.result.join()).isTrue();
        }
    }

    @Test
    void isDeafAfterItsEnd() {
        server.close(false);

        try (Doorbell selector = newDoorbell()) {
            assertThat(server.ringAt(selector, () -> { })).isTrue();
            assertThat(selector.hasSlots()).isFalse();
        }
        server.ringAtLoop(() -> { });
        server.interruptWaits();
        server.interruptReads();
    }

    private static Doorbell newDoorbell() {
        try {
            return new Doorbell(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void losesNoneOfManyHandOversBetweenThreadsOfBothKinds() throws Exception {
        int rounds = 20_000;
        List<Call<Integer>> calls = new ArrayList<>();
        calls.add(new Call<>(true, () -> pingPong(client, rounds, true)));
        calls.add(new Call<>(false, () -> pingPong(server, rounds, false)));

        for (Call<Integer> call : calls) {
            assertThat(call.result.join()).isEqualTo(rounds);
        }
    }

    private static int pingPong(SmcConnection connection, int rounds, boolean begins) throws IOException {
        ByteBuffer ball = ByteBuffer.allocate(1);
        for (int i = 0; i < rounds; i++) {
            if (begins) {
                connection.write(ball.clear());
            }
            while (connection.read(ball.clear()) == SmcConnection.UNAVAILABLE) {
                connection.awaitReadable(FOR_EVER);
            }
            if (!begins) {
                connection.write(ball.clear());
            }
        }
        return rounds;
    }
}
