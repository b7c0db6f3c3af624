package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoDescriptorLeaks.class)
class FutexTest {

    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final long SIZE = 4096;
    private static final long WORD = 64;
    private static final long FOR_EVER = -1;

    private SharedMemory memory;
    private SharedMemory peer;

    @BeforeEach
    void map() throws OsException {
        memory = SharedMemory.create("futex", SIZE);
        peer = SharedMemory.map(SharedMemoryTest.duplicate(memory.fd()), SIZE);
    }

    @AfterEach
    void close() throws OsException {
        memory.close();
        peer.close();
    }

    @Test
    void doesNotWaitIfTheWordHasChanged() throws OsException {
        INT.setVolatile(memory.segment(), WORD, -5);
        Futex.await(memory.segment(), WORD, 0, FOR_EVER);
    }

    @Test
    void doesNotWaitLongerThanTold() throws OsException {
        Futex.await(memory.segment(), WORD, 0, 0);
        INT.setVolatile(memory.segment(), WORD, -5);
        Futex.await(memory.segment(), WORD, -5, 1_000_000);
    }

    @Test
    void isWokenThroughAnotherMapping() {
        CompletableFuture<Void> waiter = CompletableFuture.runAsync(() -> awaitWord(0));

        await().until(() -> {
            Futex.wake(peer.segment(), WORD, 1);
            return waiter.isDone();
        });
        waiter.join();
    }

    @Test
    void passesEachChangeFromThreadToThread() throws OsException {
        int rounds = 1000;
        CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> {
            for (int round = 0; round < rounds; round++) {
                awaitChange(memory.segment(), 2 * round);
                advance(memory.segment());
            }
        });
        for (int round = 0; round < rounds; round++) {
            advance(peer.segment());
            awaitChange(peer.segment(), 2 * round + 1);
        }
        echo.join();
        assertThat((int) INT.getVolatile(memory.segment(), WORD)).isEqualTo(2 * rounds);
    }

    @Test
    void refusesAnUnalignedWord() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Futex.await(memory.segment(), 2, 0, FOR_EVER))
                .havingCause().withMessage("futex(WAIT): Invalid argument (EINVAL)");
    }

    @Test
    void refusesAWordBeyondTheMemory() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Futex.wake(memory.segment(), SIZE, 1));
    }

    private void awaitWord(int expected) {
        Futex.await(memory.segment(), WORD, expected, FOR_EVER);
    }

    private static void advance(MemorySegment segment) {
        INT.getAndAdd(segment, WORD, 1);
        Futex.wake(segment, WORD, 1);
    }

    private static void awaitChange(MemorySegment segment, int from) {
        while ((int) INT.getVolatile(segment, WORD) == from) {
            Futex.await(segment, WORD, from, FOR_EVER);
        }
    }
}
