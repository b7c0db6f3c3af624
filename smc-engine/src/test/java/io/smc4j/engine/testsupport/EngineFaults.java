package io.smc4j.engine.testsupport;

import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Notes what the engine's own threads survive, but never should have to: errors of its programming. */
public final class EngineFaults extends Handler {

    private static final Logger ENGINE = Logger.getLogger("io.smc4j.engine");

    private final AtomicReference<Throwable> first = new AtomicReference<>();

    private EngineFaults() {
    }

    /** Notes them from now on. */
    public static EngineFaults watch() {
        EngineFaults faults = new EngineFaults();
        ENGINE.addHandler(faults);
        return faults;
    }

    /** Fails if there was one. */
    public void expectNone() {
        Throwable fault = first.getAndSet(null);
        if (fault != null) {
            throw new AssertionError("in a thread of the engine", fault);
        }
    }

    @Override
    public void publish(LogRecord record) {
        if (record.getThrown() instanceof RuntimeException || record.getThrown() instanceof Error) {
            first.compareAndSet(null, record.getThrown());
        }
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public void close() {
        ENGINE.removeHandler(this);
    }
}
