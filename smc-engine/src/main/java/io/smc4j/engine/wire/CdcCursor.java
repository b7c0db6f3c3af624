package io.smc4j.engine.wire;

/**
 * Cursors of a ring buffer, as the wire has them and as one counts.
 *
 * <p>On the wire a cursor is a pair: the <em>count</em>, which is the offset in the ring and less than its size, and
 * the <em>wrap</em>, how often the ring has been passed, modulo 65536. Equal counts with wraps one apart mean a full
 * ring. Here a cursor is a <em>position</em>: all bytes since the connection began, which 63 bits hold for ever. From a
 * position the pair follows; from a pair the position follows only near one that is known, as the wrap comes round
 * after 65536 rings.
 *
 * <p>Sizes are in bytes, at least 1, and need not be powers of two. All methods are pure, and none allocates.
 */
public final class CdcCursor {

    /** Result of {@link #position}: what the peer says cannot be. */
    public static final long INVALID = -1;

    private static final int WRAP_MASK = 0xFFFF;

    private CdcCursor() {
    }

    /** The wrap of a position, 0 to 65535. */
    public static int wrap(long position, int size) {
        return (int) (position / size) & WRAP_MASK;
    }

    /** The count of a position, 0 to size - 1. */
    public static int count(long position, int size) {
        return (int) (position % size);
    }

    /**
     * The position that a peer's cursor means, if it can be at most one ring ahead.
     *
     * <p>Same as {@link #position(long, long, int, int, int)} with the limit {@code reference + size}.
     */
    public static long position(long reference, int wrap, int count, int size) {
        return position(reference, reference + size, wrap, count, size);
    }

    /**
     * The position that a peer's cursor means: the one with this pair that is nearest to the reference in wraps, at
     * most 32768 back or 32767 ahead.
     *
     * <p>A cursor that is older than the reference is no error but is ignored, as in Linux: the result is then the
     * reference. Linux tells older from newer by comparing wraps as numbers, except that a wrap of 0 is always newer;
     * the signed difference used here agrees with it wherever two cursors are at most one ring apart.
     *
     * <p>For a producer cursor, the limit is the consumed position plus the size of the ring. For a consumer cursor, it
     * is the produced position.
     *
     * @param reference the last position known of this cursor; not negative
     * @param limit the highest position it can have; from {@code reference} to {@code reference + size}
     * @param wrap wrap as received, of which the lower 16 bits count
     * @param count count as received, taken as unsigned
     * @param size size of the ring in bytes
     * @return a position from {@code reference} to {@code limit}, or {@link #INVALID} if the count is not within the
     *        ring
     *         or the position is beyond the limit
     */
    public static long position(long reference, long limit, int wrap, int count, int size) {
        if (count < 0 || count >= size) {
            return INVALID;
        }
        long ring = reference / size;
        long distance = (short) (wrap - ring) * (long) size + count - (reference - ring * size);
        if (distance <= 0) {
            return reference;
        }
        return distance <= limit - reference ? reference + distance : INVALID;
    }
}
