package io.smc4j.engine.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
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

/** A message through the channel classes: written at one end and read at the other by the same thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChannelBenchmark {

    private static final int RING = 256 * 1024;

    @Param({Connections.SMC, Connections.FALLBACK, Connections.JDK_UNIX, Connections.JDK_TCP})
    String transport;
    @Param({"64", "1024", "16384", "65536"})
    int size;
    @Param({"heap", "direct"})
    String buffer;

    private Connections pair;
    private SocketChannel sender;
    private SocketChannel receiver;
    private ByteBuffer source;
    private ByteBuffer target;
    private ByteBuffer[] sources;
    private ByteBuffer[] targets;

    @Setup
    public void open() throws IOException {
        pair = new Connections(transport, 1, RING);
        sender = pair.clients.getFirst();
        receiver = pair.servers.getFirst();
        source = allocate();
        target = allocate();
        sources = new ByteBuffer[] {source.slice(0, size / 4), source.slice(size / 4, size - size / 4)};
        targets = new ByteBuffer[] {target.slice(0, size / 2), target.slice(size / 2, size - size / 2)};
    }

    private ByteBuffer allocate() {
        return buffer.equals("heap") ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    }

    @TearDown
    public void close() throws IOException {
        pair.close();
    }

    @Benchmark
    public void writeRead() throws IOException {
        source.clear();
        target.clear();
        while (target.hasRemaining()) {
            if (source.hasRemaining()) {
                sender.write(source);
            }
            receiver.read(target);
        }
    }

    /** Two buffers at each end. */
    @Benchmark
    public void gatherScatter() throws IOException {
        sources[0].clear();
        sources[1].clear();
        targets[0].clear();
        targets[1].clear();
        while (targets[1].hasRemaining()) {
            if (sources[1].hasRemaining()) {
                sender.write(sources);
            }
            receiver.read(targets);
        }
    }

    /** With both channels in blocking mode, as a thread per connection has them. */
    @Benchmark
    public void blockingWriteRead(Blocking blocking) throws IOException {
        source.clear();
        target.clear();
        blocking.sender.write(source);
        while (target.hasRemaining()) {
            blocking.receiver.read(target);
        }
    }

    /** A connection in blocking mode, with buffers large enough that a write never waits. */
    @State(Scope.Thread)
    public static class Blocking {

        private Connections pair;
        private SocketChannel sender;
        private SocketChannel receiver;

        @Setup
        public void open(ChannelBenchmark parameters) throws IOException {
            pair = new Connections(parameters.transport, 1, RING);
            sender = pair.clients.getFirst();
            receiver = pair.servers.getFirst();
            sender.configureBlocking(true);
            receiver.configureBlocking(true);
        }

        @TearDown
        public void close() throws IOException {
            pair.close();
        }
    }
}
