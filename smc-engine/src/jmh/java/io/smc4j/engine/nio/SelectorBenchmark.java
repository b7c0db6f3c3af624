package io.smc4j.engine.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

/** Turns of a selector with many connections of which one is ready, or none. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SelectorBenchmark {

    private static final int RING = 16 * 1024;

    @Param({Connections.SMC, Connections.FALLBACK, Connections.JDK_UNIX})
    String transport;
    /** Two descriptors each, of which a process may often have 20,000. */
    @Param({"1", "8", "64", "1000", "9900"})
    int connections;

    private Connections pairs;
    private Selector selector;
    private SocketChannel sender;
    private SocketChannel receiver;
    private final ByteBuffer message = ByteBuffer.allocateDirect(64);
    private final ByteBuffer received = ByteBuffer.allocateDirect(64);
    private final Consumer<SelectionKey> reading = this::read;

    @Setup
    public void open() throws IOException {
        pairs = new Connections(transport, connections, RING);
        selector = pairs.select(SelectionKey.OP_READ);
        sender = pairs.servers.get(connections / 2);
        receiver = pairs.clients.get(connections / 2);
        selector.selectNow();
    }

    @TearDown
    public void close() throws IOException {
        pairs.close();
    }

    @Benchmark
    public int nothing() throws IOException {
        return selector.selectNow();
    }

    /** The message comes, is selected and read, as Netty's event loop does: the key is removed by the iterator. */
    @Benchmark
    public void message() throws IOException {
        sender.write(message.clear());
        select(selector);
    }

    private void select(Selector from) throws IOException {
        while (from.selectNow() == 0) {
            Thread.onSpinWait();
        }
        readSelected(from);
    }

    private void readSelected(Selector from) throws IOException {
        Iterator<SelectionKey> keys = from.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            if ((key.readyOps() & SelectionKey.OP_READ) != 0) {
                read(key);
            }
        }
    }

    /** As {@link #message}, but by a select that may wait, and does not have to. */
    @Benchmark
    public void messageSelect() throws IOException {
        sender.write(message.clear());
        selector.select(1000);
        readSelected(selector);
    }

    /** As {@link #message}, with a listener in the same event loop, for which the kernel has to be asked. */
    @Benchmark
    public void messageBesideListener(WithListener state) throws IOException {
        state.sender.write(message.clear());
        select(state.selector);
    }

    @Benchmark
    public void messageToConsumer() throws IOException {
        sender.write(message.clear());
        while (selector.selectNow(reading) == 0) {
            Thread.onSpinWait();
        }
    }

    /** What of the messages is not the selector's. */
    @Benchmark
    public void writeRead() throws IOException {
        sender.write(message.clear());
        while (receiver.read(received.clear()) == 0) {
            Thread.onSpinWait();
        }
    }

    private void read(SelectionKey key) {
        try {
            ((SocketChannel) key.channel()).read(received.clear());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connections of their own, and a listener. */
    @State(Scope.Thread)
    public static class WithListener {

        private Connections pairs;
        private Selector selector;
        private SocketChannel sender;

        @Setup
        public void open(SelectorBenchmark parameters) throws IOException {
            // Few, as there are the others.
            int count = Math.min(64, parameters.connections);
            pairs = new Connections(parameters.transport, count, RING);
            selector = pairs.select(SelectionKey.OP_READ);
            pairs.listenBeside(selector);
            sender = pairs.servers.get(count / 2);
            selector.selectNow();
        }

        @TearDown
        public void close() throws IOException {
            pairs.close();
        }
    }
}
