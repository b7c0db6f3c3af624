package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * The ways a thread can wait for a connection, each sending or receiving a stream in which every byte tells its place.
 */
enum StreamDriver {

    PLATFORM, VIRTUAL, SELECTOR;

    private static final int MOST = 30_000;

    /** Sends pieces of random sizes until told to stop, then ends the stream; returns the length. */
    CompletableFuture<Long> send(SmcConnection connection, Random sizes, LongPredicate goOn) {
        return send(connection, new ReentrantLock(), sizes, goOn);
    }

    /** As {@link #send(SmcConnection, Random, LongPredicate)}, with the connection's lock held while writing. */
    CompletableFuture<Long> send(SmcConnection connection, ReentrantLock writeLock, Random sizes, LongPredicate goOn) {
        return start(() -> {
            long position = 0;
            ByteBuffer piece = ByteBuffer.allocate(MOST);
            try (Wait wait = new Wait(connection)) {
                while (goOn.test(position)) {
                    piece.clear().limit(sizes.nextInt(1, MOST));
                    for (int i = 0; i < piece.limit(); i++) {
                        piece.put(i, at(position + i));
                    }
                    position += piece.limit();
                    while (piece.hasRemaining()) {
                        if (write(connection, writeLock, piece) == 0) {
                            wait.untilWritable();
                        }
                    }
                }
            }
            connection.shutdownOutput();
            return position;
        });
    }

    /** Has streams go in both directions, or in one by selectors, while both sides sweep again and again. */
    void carryBothWays(ConnectionPair pair, LinkPair links, long length) throws Exception {
        StreamDriver other = this == SELECTOR ? PLATFORM : this;
        List<CompletableFuture<Long>> sent = new ArrayList<>();
        List<CompletableFuture<Long>> received = new ArrayList<>();
        sent.add(send(pair.client.connection, pair.client.writeLock, new Random(1), position -> position < length));
        received.add(other.receive(pair.server.connection, new Random(2)));
        if (this != SELECTOR) {
            sent.add(other.send(pair.server.connection, pair.server.writeLock, new Random(3),
                    position -> position < length));
            received.add(receive(pair.client.connection, new Random(4)));
        }
        while (!received.stream().allMatch(CompletableFuture::isDone)) {
            links.server.sweep();
            links.client.sweep();
        }
        for (int i = 0; i < sent.size(); i++) {
            assertThat(received.get(i).get()).isEqualTo(sent.get(i).get());
        }
    }

    private static int write(SmcConnection connection, ReentrantLock writeLock, ByteBuffer piece) throws IOException {
        writeLock.lock();
        try {
            return connection.write(piece);
        } finally {
            writeLock.unlock();
        }
    }

    /** Receives pieces of random sizes to the end of the stream, and checks them; returns the length. */
    CompletableFuture<Long> receive(SmcConnection connection, Random sizes) {
        return start(() -> {
            long position = 0;
            ByteBuffer piece = ByteBuffer.allocateDirect(MOST);
            try (Wait wait = new Wait(connection)) {
                for (;;) {
                    int n = connection.read(piece.clear().limit(sizes.nextInt(1, MOST)));
                    if (n == SmcConnection.EOF) {
                        return position;
                    }
                    if (n == SmcConnection.UNAVAILABLE) {
                        wait.untilReadable();
                    }
                    for (int i = 0; i < n; i++) {
                        if (piece.get(i) != at(position + i)) {
                            throw new AssertionError("wrong byte at " + (position + i));
                        }
                    }
                    position += Math.max(0, n);
                }
            }
        });
    }

    private static byte at(long position) {
        return (byte) (position * 0x9E3779B97F4A7C15L >>> 56);
    }

    private <T> CompletableFuture<T> start(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        (this == VIRTUAL ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(90, TimeUnit.SECONDS);
    }

    private final class Wait implements AutoCloseable {
        private final SmcConnection connection;
        private final Doorbell doorbell;
        private boolean hot;

        Wait(SmcConnection connection) throws OsException {
            this.connection = connection;
            doorbell = StreamDriver.this == SELECTOR ? new Doorbell(1) : null;
            if (doorbell != null) {
                assertThat(connection.ringAt(doorbell, () -> hot = true)).isTrue();
            }
        }

        void untilReadable() throws OsException {
            if (doorbell == null) {
                connection.awaitReadable(-1);
            } else {
                select(connection::isReadable);
            }
        }

        void untilWritable() throws OsException {
            if (doorbell == null) {
                connection.awaitWritable();
            } else {
                select(connection::isWritable);
            }
        }

        /** As a selector does: looks again only when told. */
        private void select(BooleanSupplier ready) throws OsException {
            hot = true;
            for (;;) {
                doorbell.drain();
                if (hot && ready.getAsBoolean()) {
                    return;
                }
                hot = false;
                doorbell.arm();
                if (!doorbell.isRung()) {
                    doorbell.epoll().await(-1);
                }
                doorbell.disarm();
            }
        }

        @Override
        public void close() {
            if (doorbell != null) {
                connection.silence(doorbell);
                doorbell.close();
            }
        }
    }
}
