package io.smc4j.samples.benchmark.soak;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Carries out one kind of load, connection after connection. */
final class Worker implements Runnable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long IDLE = Long.MIN_VALUE;

    private final Kind kind;
    private final Target target;
    private final Tally tally;
    private volatile long since = IDLE;
    private volatile boolean resting;
    private Thread thread;

    Worker(Kind kind, Target target, Tally tally) {
        this.kind = kind;
        this.target = target;
        this.tally = tally;
    }

    void start() {
        thread = Thread.ofVirtual().name("soak-" + kind).start(this);
    }

    /** Whether it does nothing, and has no connection. */
    boolean isResting() {
        return resting;
    }

    /** How long it has been with what it does. */
    long nanosBusy(long now) {
        long start = since;
        return start == IDLE ? 0 : now - start;
    }

    /** Has it give up what it does. */
    void interrupt() {
        thread.interrupt();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public void run() {
        while (!target.isOver()) {
            if (target.isPaused()) {
                resting = true;
                LockSupport.parkNanos(PAUSE_NANOS);
            } else {
                resting = false;
                useConnection();
            }
        }
        resting = true;
    }

    private void useConnection() {
        int generation = target.generation();
        try {
            since = System.nanoTime();
            try (SocketChannel channel = target.connect()) {
                for (int i = 0; i < kind.exchanges && !target.isPaused() && !target.isOver(); i++) {
                    since = System.nanoTime();
                    use(channel, kind.next());
                }
            }
        } catch (IOException e) {
            account(e, generation);
        } finally {
            since = IDLE;
        }
    }

    private void use(SocketChannel channel, Exchange exchange) throws IOException {
        if (kind == Kind.ABORT) {
            exchange.sendHalf(channel);
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            tally.aborts.increment();
            return;
        }
        exchange.send(channel);
        if (kind == Kind.HALF_CLOSE) {
            channel.shutdownOutput();
        }
        boolean right = exchange.receive(channel, kind.pace());
        if (kind == Kind.HALF_CLOSE) {
            right &= channel.read(ByteBuffer.allocate(1)) < 0;
        }
        tally.exchanges.increment();
        tally.bytes.add(exchange.request() + exchange.answer());
        if (!right) {
            tally.wrong.increment();
            System.err.println("wrong bytes: " + kind + " " + exchange);
        }
    }

    /** A server that is being killed may end whatever there is; one that lives may not. */
    private void account(IOException e, int generation) {
        if (Thread.interrupted()) {
            return;
        }
        if (target.livedSince(generation)) {
            tally.failed.increment();
            System.err.println("failed: " + kind + " " + e);
        } else {
            tally.cutOff.increment();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
