package io.smc4j.engine.connection;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcd.SmcdPeerRing;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Telling the peer of news while nobody sleeps, and asking whether there are any. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReadinessBenchmark {

    private static final int RING = 16 * 1024;

    private LinkPair links;
    private ConnectionPair pair;
    private ConnectionPair full;
    private Doorbell doorbell;
    private SmcdPeerRing peerRing;
    private SmcdPeerRing unwatchedRing;
    private SmcConnection server;
    private SmcConnection empty;
    private SmcConnection fullClient;
    private int news;

    @Setup
    public void open() throws Exception {
        links = new LinkPair();
        pair = new ConnectionPair(links, RING, RING, Integer.MAX_VALUE, SpinMode.NEVER);
        full = new ConnectionPair(links, RING, RING, Integer.MAX_VALUE, SpinMode.NEVER);
        doorbell = new Doorbell(1);
        server = pair.server.connection;
        server.ringAt(doorbell, () -> news++);
        pair.client.connection.write(ByteBuffer.allocate(64));
        doorbell.drain();
        peerRing = pair.client.peerRing;
        unwatchedRing = full.client.peerRing;
        empty = pair.client.connection;
        fullClient = full.client.connection;
        while (fullClient.write(ByteBuffer.allocate(RING)) > 0) {
            // Until no more fits.
        }
    }

    @TearDown
    public void close() {
        pair.close();
        full.close();
        doorbell.close();
        links.close();
    }

    /** The bit is already set, as with a burst of messages. */
    @Benchmark
    public void ringAgain() {
        peerRing.setProducer(64);
        peerRing.ring();
    }

    /** The bit is set and taken. */
    @Benchmark
    public int ringAndDrain() {
        peerRing.setProducer(64);
        peerRing.ring();
        doorbell.drain();
        return news;
    }

    /** No selector is told, and no thread waits. */
    @Benchmark
    public void ringNobody() {
        unwatchedRing.ring();
    }

    @Benchmark
    public boolean isRungNothing() {
        return doorbell.isRung();
    }

    @Benchmark
    public boolean isReadable() {
        return server.isReadable();
    }

    @Benchmark
    public boolean isReadableNothing() {
        return empty.isReadable();
    }

    @Benchmark
    public boolean isWritable() {
        return empty.isWritable();
    }

    /** Asks to be told. */
    @Benchmark
    public boolean isWritableFull() {
        return fullClient.isWritable();
    }

    /** A burst of messages to an owner that looks all the while: what the cache line between the two costs. */
    @Benchmark
    @Group("burst")
    public void burstRing(Shared shared) {
        shared.ring.setProducer(64);
        shared.ring.ring();
    }

    /** See {@link #burstRing}. */
    @Benchmark
    @Group("burst")
    public boolean burstLook(Shared shared) {
        return shared.doorbell.isRung();
    }

    /** A connection and its doorbell for two threads. */
    @State(Scope.Group)
    public static class Shared {

        private LinkPair links;
        private ConnectionPair pair;
        private Doorbell doorbell;
        private SmcdPeerRing ring;

        @Setup
        public void open() throws Exception {
            links = new LinkPair();
            pair = new ConnectionPair(links, RING, RING, Integer.MAX_VALUE, SpinMode.NEVER);
            doorbell = new Doorbell(1);
            pair.server.connection.ringAt(doorbell, () -> { });
            ring = pair.client.peerRing;
        }

        @TearDown
        public void close() {
            pair.close();
            doorbell.close();
            links.close();
        }
    }
}
