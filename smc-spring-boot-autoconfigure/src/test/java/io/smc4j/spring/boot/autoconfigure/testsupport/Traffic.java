package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what goes through a provider's channels, each byte just after its peer may have seen it. */
public final class Traffic {

    final AtomicLong connected = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong closed = new AtomicLong();
    final AtomicLong read = new AtomicLong();
    final AtomicLong written = new AtomicLong();

    public long connected() {
        return connected.get();
    }

    public long accepted() {
        return accepted.get();
    }

    /** Connections not closed yet. */
    public long open() {
        return connected.get() + accepted.get() - closed.get();
    }

    public long bytesRead() {
        return read.get();
    }

    public long bytesWritten() {
        return written.get();
    }

    long countRead(long n) {
        if (n > 0) {
            read.addAndGet(n);
        }
        return n;
    }

    long countWritten(long n) {
        written.addAndGet(n);
        return n;
    }
}
