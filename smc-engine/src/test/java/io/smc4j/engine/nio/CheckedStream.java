package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Sends random bytes over one end of a connection and checks those that arrive, in the ways of applications. */
final class CheckedStream {

    /** How an application uses its end. */
    enum Use { BLOCKING, VIRTUAL, SELECTOR, SOCKET }

    private static final int LARGEST_PIECE = 40_000;

    private final SocketChannel channel;
    private final Pieces sent;
    private final Pieces expected;
    private ByteBuffer output = ByteBuffer.allocate(0);
    private ByteBuffer due = ByteBuffer.allocate(0);
    private long taken;

    /**
     * One end.
     *
     * @param seed of the bytes that it sends; the other end's is the complement
     */
    CheckedStream(SocketChannel channel, long seed, long toSend, long toReceive) {
        this.channel = channel;
        this.sent = new Pieces(seed, toSend);
        this.expected = new Pieces(~seed, toReceive);
    }

    /** Bytes that follow from a seed, in pieces of random size. */
    private static final class Pieces {
        private final SplittableRandom random;
        private long left;

        Pieces(long seed, long length) {
            this.random = new SplittableRandom(seed);
            this.left = length;
        }

        boolean hasNext() {
            return left > 0;
        }

        ByteBuffer next() {
            byte[] piece = new byte[(int) Math.min(left, random.nextInt(1, random.nextInt(2, LARGEST_PIECE)))];
            random.nextBytes(piece);
            left -= piece.length;
            return ByteBuffer.wrap(piece);
        }
    }

    /** Sends and receives all, and ends the output; completes when both are over. */
    CompletableFuture<Void> run(Use use) {
        return switch (use) {
            case BLOCKING -> CompletableFuture.allOf(start(false, this::write), start(false, this::read));
            case VIRTUAL -> CompletableFuture.allOf(start(true, this::write), start(true, this::read));
            case SOCKET -> CompletableFuture.allOf(start(false, this::writeSocket), start(false, this::readSocket));
            case SELECTOR -> start(false, this::select);
        };
    }

    static CompletableFuture<Void> start(boolean virtual, Callable<Void> work) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private Void write() throws IOException {
        while (sent.hasNext()) {
            channel.write(sent.next());
        }
        channel.shutdownOutput();
        return null;
    }

    private Void read() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_PIECE);
        while (channel.read(buffer.clear()) >= 0) {
            take(buffer.flip());
        }
        return end();
    }

    private Void writeSocket() throws IOException {
        OutputStream out = channel.socket().getOutputStream();
        while (sent.hasNext()) {
            out.write(sent.next().array());
        }
        channel.socket().shutdownOutput();
        return null;
    }

    /** With a timeout that is short for the wait and long for the bytes. */
    private Void readSocket() throws IOException {
        channel.socket().setSoTimeout(1);
        InputStream in = channel.socket().getInputStream();
        byte[] bytes = new byte[LARGEST_PIECE];
        for (;;) {
            try {
                int n = in.read(bytes);
                if (n < 0) {
                    return end();
                }
                take(ByteBuffer.wrap(bytes, 0, n));
            } catch (SocketTimeoutException e) {
                assertThat(e).hasMessage("Read timed out");
            }
        }
    }

    private Void select() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_PIECE);
        try (Selector selector = channel.provider().openSelector()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            while (key.interestOps() != 0) {
                selector.select();
                selector.selectedKeys().clear();
                if (key.isReadable() && receive(buffer)) {
                    key.interestOpsAnd(~SelectionKey.OP_READ);
                }
                if (key.isWritable() && (key.interestOps() & SelectionKey.OP_WRITE) != 0 && send()) {
                    key.interestOpsAnd(~SelectionKey.OP_WRITE);
                }
            }
        }
        channel.configureBlocking(true);
        return null;
    }

    private boolean receive(ByteBuffer buffer) throws IOException {
        int n = channel.read(buffer.clear());
        take(buffer.flip());
        if (n < 0) {
            end();
        }
        return n < 0;
    }

    private boolean send() throws IOException {
        if (!output.hasRemaining() && sent.hasNext()) {
            output = sent.next();
        }
        channel.write(output);
        if (output.hasRemaining() || sent.hasNext()) {
            return false;
        }
        channel.shutdownOutput();
        return true;
    }

    private void take(ByteBuffer arrived) {
        while (arrived.hasRemaining()) {
            if (!due.hasRemaining()) {
                assertThat(expected.hasNext()).as("more than was sent").isTrue();
                due = expected.next();
            }
            int n = Math.min(due.remaining(), arrived.remaining());
            assertThat(bytes(arrived, n)).as("bytes from %d on", taken).isEqualTo(bytes(due, n));
            taken += n;
        }
    }

    private static ByteBuffer bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private Void end() {
        assertThat(expected.hasNext() || due.hasRemaining()).as("cut off after %d bytes", taken).isFalse();
        return null;
    }
}
