package io.smc4j.engine.connection;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Bytes through the rings of a connection whose both ends are in this process and used by one thread, so that no cache
 * line travels: the instructions' price alone. The bare copy beside it is what no transport can do without.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RingBenchmark {

    private static final int RING = 256 * 1024;

    @Param({"64", "1024", "16384", "65536"})
    int size;
    @Param({"heap", "direct"})
    String buffer;

    private LinkPair links;
    private ConnectionPair pair;
    private Doorbell doorbell;
    private SmcConnection client;
    private SmcConnection server;
    private ByteBuffer source;
    private ByteBuffer target;
    private ByteBuffer between;

    @Setup
    public void open() throws Exception {
        links = new LinkPair();
        pair = new ConnectionPair(links, RING, RING, Integer.MAX_VALUE, SpinMode.NEVER);
        client = pair.client.connection;
        server = pair.server.connection;
        doorbell = new Doorbell(1);
        server.ringAt(doorbell, () -> { });
        source = allocate();
        target = allocate();
        between = ByteBuffer.allocateDirect(size);
    }

    private ByteBuffer allocate() {
        return buffer.equals("heap") ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    }

    @TearDown
    public void close() {
        pair.close();
        doorbell.close();
        links.close();
    }

    @Benchmark
    public int writeRead() throws IOException {
        return client.write(source.clear()) + server.read(target.clear());
    }

    /** As an event loop sees it: the bit is taken, and has to be set anew for each message. */
    @Benchmark
    public int writeDrainRead() throws IOException {
        int written = client.write(source.clear());
        doorbell.drain();
        return written + server.read(target.clear());
    }

    @Benchmark
    public ByteBuffer bareCopy() {
        between.put(0, source, 0, size);
        return target.put(0, between, 0, size);
    }
}
