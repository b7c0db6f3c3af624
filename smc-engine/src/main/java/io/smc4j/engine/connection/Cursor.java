package io.smc4j.engine.connection;

import java.nio.ByteBuffer;

/**
 * Arithmetic of ring positions. A position counts all bytes since the connection began, so that full and empty differ;
 * the place in the ring is its remainder by the ring's size, a power of two.
 */
final class Cursor {

    private Cursor() {
    }

    /**
     * The bytes between two positions of which the peer wrote one.
     *
     * @throws CursorException if they are more than the ring holds, or less than none
     */
    static int distance(long from, long to, int size) throws CursorException {
        long distance = to - from;
        if (distance < 0 || distance > size) {
            throw new CursorException(distance, size);
        }
        return (int) distance;
    }

    /** Copies {@code length} bytes from the buffer's position into the ring. */
    static void copyIn(ByteBuffer source, ByteBuffer ring, long position, int length) {
        int offset = (int) (position & ring.capacity() - 1);
        int first = Math.min(length, ring.capacity() - offset);
        int start = source.position();
        ring.put(offset, source, start, first);
        if (first < length) {
            ring.put(0, source, start + first, length - first);
        }
        source.position(start + length);
    }

    /** Copies {@code length} bytes out of the ring to the buffer's position. */
    static void copyOut(ByteBuffer ring, long position, ByteBuffer target, int length) {
        int offset = (int) (position & ring.capacity() - 1);
        int first = Math.min(length, ring.capacity() - offset);
        int start = target.position();
        target.put(start, ring, offset, first);
        if (first < length) {
            target.put(start + first, ring, 0, length - first);
        }
        target.position(start + length);
    }
}
