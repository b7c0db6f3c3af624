package io.smc4j.engine.os;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The {@code struct msghdr} of a {@link NativeScratch} and the buffer vectors it points to.
 *
 * <p>Direct buffers are passed in place, heap buffers by way of {@link NativeScratch#buffer()}; what finds no room in
 * the vectors or in that buffer is left for another call. The buffers' positions move only afterwards, by what was
 * transferred, so that both passes see the same buffers.
 */
final class MessageHeader {

    private static final long NAME = NativeScratch.MESSAGE_HEADER;
    private static final long NAME_LENGTH = NAME + 8;
    private static final long VECTORS = NAME + 16;
    private static final long VECTOR_COUNT = NAME + 24;
    private static final long CONTROL = NAME + 32;
    private static final long CONTROL_LENGTH = NAME + 40;
    private static final long FLAGS = NAME + 48;

    private MessageHeader() {
    }

    /** Points to the first {@code vectors} vectors and to {@code controlLength} bytes of control messages. */
    static void set(NativeScratch scratch, int vectors, int controlLength) {
        scratch.setLong(NAME, 0);
        scratch.setInt(NAME_LENGTH, 0);
        scratch.setLong(VECTORS, scratch.address(NativeScratch.VECTORS));
        scratch.setLong(VECTOR_COUNT, vectors);
        scratch.setLong(CONTROL, controlLength == 0 ? 0 : scratch.address(NativeScratch.CONTROL));
        scratch.setLong(CONTROL_LENGTH, controlLength);
        scratch.setInt(FLAGS, 0);
    }

    /** After receiving: bytes of control messages. */
    static int controlLength(NativeScratch scratch) {
        return (int) scratch.getLong(CONTROL_LENGTH);
    }

    /** After receiving: {@code MSG_} flags. */
    static int flags(NativeScratch scratch) {
        return scratch.getInt(FLAGS);
    }

    static void setVector(NativeScratch scratch, int index, long address, long length) {
        long vector = vector(index);
        scratch.setLong(vector, address);
        scratch.setLong(vector + 8, length);
    }

    /** Sets vectors for what is left in the buffers and returns how many it needed, 0 if nothing is left. */
    static int setVectors(NativeScratch scratch, ByteBuffer[] buffers, int offset, int length, boolean sending) {
        int vectors = 0;
        int copied = 0;
        for (int i = offset; i < offset + length && vectors < NativeScratch.MAX_VECTORS; i++) {
            ByteBuffer buffer = buffers[i];
            int remaining = buffer.remaining();
            if (remaining == 0) {
                continue;
            }
            if (buffer.isDirect()) {
                setVector(scratch, vectors++, MemorySegment.ofBuffer(buffer).address(), remaining);
                continue;
            }
            int part = Math.min(remaining, NativeScratch.BUFFER_SIZE - copied);
            if (part == 0) {
                break;
            }
            if (sending) {
                scratch.copyFrom(buffer, copied, part);
            }
            setVector(scratch, vectors++, scratch.buffer().address() + copied, part);
            copied += part;
            if (part < remaining) {
                break;
            }
        }
        return vectors;
    }

    /** Moves the buffers' positions by {@code transferred} bytes; into heap buffers, copies what was received. */
    static void advance(NativeScratch scratch, ByteBuffer[] buffers, int offset, long transferred, boolean sending) {
        long left = transferred;
        int copied = 0;
        int vector = 0;
        for (int i = offset; left > 0; i++) {
            ByteBuffer buffer = buffers[i];
            if (!buffer.hasRemaining()) {
                continue;
            }
            int part = (int) Math.min(left, scratch.getLong(vector(vector++) + 8));
            if (!buffer.isDirect()) {
                if (!sending) {
                    scratch.copyTo(buffer, copied, part);
                }
                copied += part;
            }
            buffer.position(buffer.position() + part);
            left -= part;
        }
    }

    private static long vector(int index) {
        return NativeScratch.VECTORS + (long) index * NativeScratch.VECTOR_SIZE;
    }
}
