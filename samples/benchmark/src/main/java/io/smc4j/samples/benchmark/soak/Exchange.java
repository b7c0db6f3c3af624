package io.smc4j.samples.benchmark.soak;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A request and its answer, each a {@link Pattern}. Before the request come its seed and both lengths, before the
 * answer whether the request was right.
 *
 * @param request its length in bytes
 * @param answer its length in bytes
 */
record Exchange(long seed, int request, int answer) {

    private static final int HEADER = Long.BYTES + 2 * Integer.BYTES;
    private static final int MOST = 64 << 20;

    void send(SocketChannel channel) throws IOException {
        send(channel, request);
    }

    /** A part of it, after which nothing follows. */
    void sendHalf(SocketChannel channel) throws IOException {
        send(channel, request / 2);
    }

    private void send(SocketChannel channel, int length) throws IOException {
        Pattern.writeFully(channel, ByteBuffer.allocate(HEADER).putLong(seed).putInt(request).putInt(answer).flip());
        new Pattern(seed).write(channel, length);
    }

    /**
     * Whether all came as it was sent, at either end.
     *
     * @param pace called before each read
     */
    boolean receive(SocketChannel channel, Runnable pace) throws IOException {
        ByteBuffer verdict = ByteBuffer.allocate(1);
        Pattern.readFully(channel, verdict);
        return new Pattern(~seed).read(channel, answer, pace) & verdict.get(0) == 1;
    }

    /** The server's part. Returns {@code false} at the end of the stream. */
    static boolean serve(SocketChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (channel.read(header) < 0) {
            return false;
        }
        Pattern.readFully(channel, header);
        header.flip();
        Exchange exchange = new Exchange(header.getLong(), header.getInt(), header.getInt());
        if (exchange.request < 0 || exchange.request > MOST || exchange.answer < 0 || exchange.answer > MOST) {
            throw new IOException("no request: " + exchange);
        }
        boolean right = new Pattern(exchange.seed).read(channel, exchange.request, Kind.AT_ONCE);
        Pattern.writeFully(channel, ByteBuffer.wrap(new byte[] {(byte) (right ? 1 : 0)}));
        new Pattern(~exchange.seed).write(channel, exchange.answer);
        return true;
    }
}
