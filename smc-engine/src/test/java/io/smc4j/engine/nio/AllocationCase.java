package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Something done over and over with connected channels, and how many bytes the thread that does it allocates. */
enum AllocationCase {

    WRITE_AND_READ {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) {
            SocketChannel sender = pair.servers.getFirst();
            SocketChannel receiver = pair.clients.getFirst();
            ByteBuffer source = allocator.apply(SIZE);
            ByteBuffer target = allocator.apply(SIZE);
            return () -> {
                sender.write(source.clear());
                fill(receiver, target.clear());
            };
        }
    },

    GATHER_AND_SCATTER {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) {
            SocketChannel sender = pair.servers.getFirst();
            SocketChannel receiver = pair.clients.getFirst();
            ByteBuffer[] sources = {allocator.apply(SIZE), allocator.apply(SIZE), allocator.apply(SIZE)};
            ByteBuffer[] targets = {allocator.apply(SIZE), allocator.apply(SIZE), allocator.apply(SIZE)};
            return () -> {
                for (int i = 0; i < sources.length; i++) {
                    sources[i].clear();
                    targets[i].clear();
                }
                sender.write(sources);
                while (targets[2].hasRemaining()) {
                    receiver.read(targets);
                }
            };
        }
    },

    WRITE_AND_READ_BLOCKING {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            pair.servers.getFirst().configureBlocking(true);
            pair.clients.getFirst().configureBlocking(true);
            return WRITE_AND_READ.prepare(pair, allocator);
        }
    },

    WAIT_IN_READ {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            SocketChannel channel = pair.clients.getFirst();
            channel.configureBlocking(true);
            ByteBuffer message = allocator.apply(SIZE);
            echo(pair.servers.getFirst());
            return () -> {
                channel.write(message.clear());
                fill(channel, message.clear());
            };
        }
    },

    /** A turn with a message and one without, as event loops do it. */
    SELECT {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            SocketChannel sender = pair.servers.getFirst();
            Selector selector = pair.select(OP_READ);
            ByteBuffer source = allocator.apply(SIZE);
            ByteBuffer target = allocator.apply(SIZE);
            return () -> {
                sender.write(source.clear());
                target.clear();
                while (target.hasRemaining()) {
                    selector.selectNow();
                    readSelected(selector, target);
                }
                selector.selectNow();
            };
        }
    },

    WAIT_IN_SELECT {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            SocketChannel channel = pair.clients.getFirst();
            Selector selector = pair.select(OP_READ);
            ByteBuffer message = allocator.apply(SIZE);
            echo(pair.servers.getFirst());
            return () -> {
                channel.write(message.clear());
                message.clear();
                while (message.hasRemaining()) {
                    selector.select(10_000);
                    readSelected(selector, message);
                }
            };
        }
    },

    SELECT_FOR_CONSUMER {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            SocketChannel sender = pair.servers.getFirst();
            Selector selector = pair.select(OP_READ);
            ByteBuffer source = allocator.apply(SIZE);
            ByteBuffer target = allocator.apply(SIZE);
            Consumer<SelectionKey> reading = key -> {
                try {
                    ((SocketChannel) key.channel()).read(target);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            };
            return () -> {
                sender.write(source.clear());
                target.clear();
                while (target.hasRemaining()) {
                    selector.selectNow(reading);
                }
            };
        }
    },

    CHANGE_INTEREST {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            Selector selector = pair.select(OP_READ);
            SelectionKey key = pair.clients.getFirst().keyFor(selector);
            return () -> {
                key.interestOps(OP_READ | OP_WRITE);
                selector.select(10_000);
                selector.selectedKeys().clear();
                key.interestOps(OP_READ);
                selector.selectNow();
            };
        }
    },

    WAKE_UP {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException {
            Selector selector = pair.select(OP_READ);
            return () -> {
                selector.wakeup();
                selector.select();
            };
        }
    },

    /** Shows that the measurement sees an object when there is one. */
    ALLOCATE {
        @Override
        Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) {
            return () -> escape = new Object();
        }
    };

    /** Operations of one round. One small object for each of them would be some hundred thousand bytes. */
    static final int OPERATIONS = 20_000;
    /**
     * The interpreter has objects that compiled code does without; so many rounds are enough to have all compiled. What
     * happens in one operation of a hundred, as that a wait comes to sleeping, takes most of them.
     */
    private static final int ROUNDS = 180;
    private static final int SIZE = 1024;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static volatile Object escape;

    interface Operation {
        void run() throws IOException;
    }

    abstract Operation prepare(Connections pair, IntFunction<ByteBuffer> allocator) throws IOException;

    /**
     * Repeats until a round has allocated no more than is allowed.
     *
     * @param transport one of {@link Connections}
     * @param allowed bytes in all of a round's operations
     * @return the bytes of the round that allocated least
     */
    final long leastBytes(String transport, boolean direct, long allowed) throws IOException {
        long least = Long.MAX_VALUE;
        try (Connections pair = new Connections(transport, 1, 64 * 1024)) {
            Operation operation = prepare(pair, direct ? ByteBuffer::allocateDirect : ByteBuffer::allocate);
            for (int round = 0; round < ROUNDS && least > allowed; round++) {
                least = Math.min(least, allocatedBy(operation));
            }
        }
        return least;
    }

    private static long allocatedBy(Operation operation) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static void fill(SocketChannel channel, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            channel.read(target);
        }
    }

    private static void readSelected(Selector selector, ByteBuffer target) throws IOException {
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            if ((key.readyOps() & OP_READ) != 0) {
                ((SocketChannel) key.channel()).read(target);
            }
        }
    }

    /** Has a thread send back what comes, until the channel is closed. */
    private static void echo(SocketChannel channel) throws IOException {
        channel.configureBlocking(true);
        ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (channel.read(buffer.clear()) >= 0) {
                    channel.write(buffer.flip());
                }
            } catch (IOException e) {
                // One of the ends was closed.
            }
        });
    }

    /** Prints a line for each case and kind of buffer: both, and the bytes. */
    static final class Main {

        /** @param arguments a transport, and the bytes allowed with heap and with direct buffers */
        public static void main(String[] arguments) throws IOException {
            for (AllocationCase work : EnumSet.complementOf(EnumSet.of(ALLOCATE))) {
                for (boolean direct : new boolean[] {false, true}) {
                    long bytes = work.leastBytes(arguments[0], direct, Long.parseLong(arguments[direct ? 2 : 1]));
                    System.out.println(work + (direct ? " direct " : " heap ") + bytes);
                }
            }
        }
    }
}
