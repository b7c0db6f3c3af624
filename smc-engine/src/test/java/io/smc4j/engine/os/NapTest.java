package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class NapTest {

    private static final Executor NEW_THREAD = task -> Thread.ofPlatform().daemon().start(task);

    private final Nap nap = new Nap(25_000);

    /** Of the calling thread, in nanoseconds. */
    private static long timerSlack() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            return Long.parseLong(Files.readString(Path.of("/proc", thread.toString(), "timerslack_ns")).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long timerSlackOfANewThreadThatNaps() {
        return CompletableFuture.supplyAsync(() -> {
            nap.run();
            return timerSlack();
        }, NEW_THREAD).join();
    }

    @Test
    void wakesEachThreadOnTime() {
        long usual = CompletableFuture.supplyAsync(NapTest::timerSlack, NEW_THREAD).join();

        assertThat(timerSlackOfANewThreadThatNaps()).isEqualTo(1_000).isLessThan(usual);
        assertThat(timerSlackOfANewThreadThatNaps()).isEqualTo(1_000);
    }

    @Test
    void leavesTheCarriersOfVirtualThreadsAsTheyAre() {
        long slack = CompletableFuture.supplyAsync(() -> {
            nap.run();
            return timerSlack();
        }, task -> Thread.ofVirtual().start(task)).join();

        assertThat(slack).isGreaterThan(1_000);
    }
}
