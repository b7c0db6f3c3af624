package io.smc4j.engine.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The lines that a process writes, collected by a thread of their own. */
public final class Lines {

    private static final long PATIENCE_SECONDS = 60;

    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    /** Reads to the end of a stream. */
    public Lines(BufferedReader source) {
        reader = Thread.ofPlatform().daemon().start(() -> read(source));
    }

    private void read(BufferedReader source) {
        try (source) {
            for (String line = source.readLine(); line != null; line = source.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those there are. */
    public List<String> now() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Waits for the end of the stream, and returns all. */
    public List<String> all() throws InterruptedException {
        if (!reader.join(Duration.ofSeconds(PATIENCE_SECONDS))) {
            throw new AssertionError("goes on after " + now());
        }
        return now();
    }

    /**
     * Waits for a line and returns it.
     *
     * @param owner for the message if there is none
     */
    public String await(Predicate<String> wanted, Object owner) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (lines) {
            for (int seen = 0;;) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                if (!reader.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new AssertionError("no such line: " + owner);
                }
                lines.wait(100);
            }
        }
    }

    @Override
    public String toString() {
        return now().toString();
    }
}
