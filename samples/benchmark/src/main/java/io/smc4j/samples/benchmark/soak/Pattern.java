package io.smc4j.samples.benchmark.soak;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Bytes that follow from a number, so that whoever knows it can tell if one is missing, doubled or wrong. */
final class Pattern {

    private static final int BLOCK = 16 * 1024;

    private long state;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);

    Pattern(long seed) {
        state = seed ^ 0x9E3779B97F4A7C15L;
        if (state == 0) {
            state = 1;
        }
    }

    private void next(int length) {
        block.clear();
        while (block.hasRemaining()) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            block.putLong(state);
        }
        block.flip().limit(length);
    }

    void write(WritableByteChannel channel, int length) throws IOException {
        for (int left = length; left > 0; left -= BLOCK) {
            next(Math.min(left, BLOCK));
            writeFully(channel, block);
        }
    }

    /**
     * Reads as many bytes.
     *
     * @param pace called before each read
     * @return whether they are those of the pattern
     * @throws EOFException if there are fewer
     */
    boolean read(ReadableByteChannel channel, int length, Runnable pace) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(BLOCK);
        boolean right = true;
        for (int left = length; left > 0; left -= BLOCK) {
            pace.run();
            read.clear().limit(Math.min(left, BLOCK));
            readFully(channel, read);
            next(read.limit());
            right &= read.flip().equals(block);
        }
        return right;
    }

    static void writeFully(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    static void readFully(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the end, " + buffer.remaining() + " bytes too early");
            }
        }
    }
}
