package io.smc4j.samples.quickstart.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs closed loops of blocking or of reactive calls. A loop ends when the time is over or at its first error. */
public final class ClosedLoops {

    private ClosedLoops() {
    }

    /**
     * Runs {@code count} loops, each on a thread of its own, and waits for them.
     *
     * @throws InterruptedException if interrupted while waiting; the loops then end with the time
     */
    public static LoadResult blocking(int count, Duration time, Callable<?> call) throws InterruptedException {
        LoadRecorder recorder = new LoadRecorder(time);
        List<Thread> threads = IntStream.range(0, count)
                .mapToObj(i -> new Thread(() -> repeat(call, recorder), "load-" + i))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return recorder.result();
    }

    private static void repeat(Callable<?> call, LoadRecorder recorder) {
        try {
            do {
                long start = System.nanoTime();
                call.call();
                recorder.answered(start);
            } while (recorder.timeIsLeft());
        } catch (Exception e) {
            recorder.failed(e);
        }
    }

    /** Runs {@code count} loops on whatever threads the calls complete on; none of them blocks. */
    public static Mono<LoadResult> reactive(int count, Duration time, Supplier<? extends Mono<?>> call) {
        return Mono.defer(() -> {
            LoadRecorder recorder = new LoadRecorder(time);
            return Flux.range(0, count)
                    .flatMap(i -> repeat(call, recorder), count)
                    .then(Mono.fromSupplier(recorder::result));
        });
    }

    private static Mono<Void> repeat(Supplier<? extends Mono<?>> call, LoadRecorder recorder) {
        return Mono.defer(() -> {
                    long start = System.nanoTime();
                    return call.get().doOnSuccess(answer -> recorder.answered(start)).then();
                })
                .repeat(recorder::timeIsLeft)
                .then()
                .onErrorResume(e -> Mono.fromRunnable(() -> recorder.failed(e)));
    }
}
