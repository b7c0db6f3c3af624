package io.smc4j.engine.cli;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Gives a blocking channel operation a time limit, by closing the channel when it is over. */
final class Deadline {

    private enum State {
        RUNNING, ENDED, EXPIRED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Duration limit;
    private final Channel channel;

    private Deadline(Duration limit, Channel channel) {
        this.limit = limit;
        this.channel = channel;
    }

    /** A blocking operation on a channel. */
    interface Operation<T> {

        T run() throws IOException;
    }

    /**
     * Runs an operation.
     *
     * @param limit its time limit, or {@code null} for none
     * @throws SocketTimeoutException if the limit was reached; the channel is closed then
     */
    static <T> T within(Duration limit, Channel channel, Operation<T> operation) throws IOException {
        return limit == null ? operation.run() : new Deadline(limit, channel).run(operation);
    }

    private <T> T run(Operation<T> operation) throws IOException {
        Thread.ofPlatform().daemon().name("deadline").start(this::expire);
        try {
            T result = operation.run();
            if (state.compareAndSet(State.RUNNING, State.ENDED)) {
                return result;
            }
        } catch (IOException e) {
            if (state.compareAndSet(State.RUNNING, State.ENDED)) {
                throw e;
            }
        } finally {
            ended.countDown();
        }
        throw new SocketTimeoutException("timed out after " + limit.toMillis() / 1000.0 + " s");
    }

    private void expire() {
        try {
            if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)
                    && state.compareAndSet(State.RUNNING, State.EXPIRED)) {
                channel.close();
            }
        } catch (IOException | InterruptedException e) {
            System.getLogger(Deadline.class.getName())
                    .log(System.Logger.Level.WARNING, "closing on a time limit failed", e);
        }
    }
}
