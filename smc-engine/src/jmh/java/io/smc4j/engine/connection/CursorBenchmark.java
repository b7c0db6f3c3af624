package io.smc4j.engine.connection;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cursor arithmetic: the check of what the peer wrote, and copies that do and do not go round the ring's end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorBenchmark {

    private static final int RING = 16 * 1024;
    private static final int LENGTH = 64;

    private final ByteBuffer ring = ByteBuffer.allocateDirect(RING);
    private final ByteBuffer message = ByteBuffer.allocate(LENGTH);
    private long from = 5L * RING - LENGTH / 2;
    private long to = from + LENGTH;

    @Benchmark
    public int distance() throws CursorException {
        return Cursor.distance(from, to, RING);
    }

    @Benchmark
    public ByteBuffer copyIn() {
        Cursor.copyIn(message.clear(), ring, to, LENGTH);
        return message;
    }

    @Benchmark
    public ByteBuffer copyInAroundTheEnd() {
        Cursor.copyIn(message.clear(), ring, from, LENGTH);
        return message;
    }

    @Benchmark
    public ByteBuffer copyOutAroundTheEnd() {
        Cursor.copyOut(ring, from, message.clear(), LENGTH);
        return message;
    }
}
