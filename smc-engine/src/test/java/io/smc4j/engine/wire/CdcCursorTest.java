package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CdcCursorTest {

    private static final int SIZE = 16 * 1024;

    /** The wire's own arithmetic: add to the count, and carry into a wrap of 16 bits. */
    @Property
    void positionsFollowTheArithmeticOfTheWire(
            @ForAll @IntRange(min = 1, max = 1 << 20) int size, @ForAll long seed,
            @ForAll @IntRange(max = 0xFFFF) int ringsBefore) {
        Random random = new Random(seed);
        long position = (long) ringsBefore * size;
        int wrap = ringsBefore;
        int count = 0;
        for (int i = 0; i < 200; i++) {
            int step = i % 10 == 0 ? size : random.nextInt(size + 1);
            count += step;
            if (count >= size) {
                count -= size;
                wrap = wrap + 1 & 0xFFFF;
            }
            long next = position + step;
            assertThat(CdcCursor.wrap(next, size)).isEqualTo(wrap);
            assertThat(CdcCursor.count(next, size)).isEqualTo(count);
            assertThat(CdcCursor.position(position, wrap, count, size)).isEqualTo(next);
            position = next;
        }
    }

    @Property
    void upToOneRingAheadIsFoundAndUpToTheLimitOnly(
            @ForAll @IntRange(min = 1, max = 1 << 30) int size, @ForAll @LongRange(max = 1L << 60) long reference,
            @ForAll long ahead, @ForAll long room) {
        long position = reference + Math.floorMod(ahead, size + 1L);
        long limit = reference + Math.floorMod(room, size + 1L);
        int wrap = CdcCursor.wrap(position, size);
        int count = CdcCursor.count(position, size);

        assertThat(CdcCursor.position(reference, wrap, count, size)).isEqualTo(position);
        assertThat(CdcCursor.position(reference, limit, wrap, count, size))
                .isEqualTo(position <= limit ? position : CdcCursor.INVALID);
    }

    @Property
    void olderOnesAreIgnored(
            @ForAll @IntRange(min = 1, max = 1 << 30) int size, @ForAll @LongRange(max = 1L << 60) long reference,
            @ForAll @LongRange(max = 1L << 45) long back) {
        long position = Math.max(0, reference - Math.min(back, 32767L * size));

        assertThat(CdcCursor.position(reference, CdcCursor.wrap(position, size), CdcCursor.count(position, size), size))
                .isEqualTo(reference);
    }

    @Property
    void furtherAheadIsInvalid(
            @ForAll @IntRange(min = 1, max = 1 << 30) int size, @ForAll @LongRange(max = 1L << 60) long reference,
            @ForAll @LongRange(min = 1, max = 1L << 45) long beyond) {
        long position = reference + size + Math.min(beyond, 32765L * size);

        assertThat(CdcCursor.position(reference, CdcCursor.wrap(position, size), CdcCursor.count(position, size), size))
                .isEqualTo(CdcCursor.INVALID);
    }

    @Property
    void whateverThePeerSaysNothingLeavesTheRoom(
            @ForAll @IntRange(min = 1) int size, @ForAll @LongRange(max = 1L << 60) long reference, @ForAll long room,
            @ForAll int wrap, @ForAll int count) {
        long limit = reference + Math.floorMod(room, size + 1L);
        long position = CdcCursor.position(reference, limit, wrap, count, size);

        if (position != CdcCursor.INVALID) {
            assertThat(position).isBetween(reference, limit);
            assertThat(count).isBetween(0, size - 1);
        }
    }

    @Property
    void aCountOutsideTheRingIsInvalid(
            @ForAll @IntRange(min = 1) int size, @ForAll @LongRange(max = 1L << 60) long reference, @ForAll int count) {
        int outside = Integer.compareUnsigned(count, size) >= 0 ? count : -1 - count;

        assertThat(CdcCursor.position(reference, CdcCursor.wrap(reference, size), outside, size))
                .isEqualTo(CdcCursor.INVALID);
    }

    @Test
    void aFullRingHasTheSameCountAndTheNextWrap() {
        assertThat(CdcCursor.position(1000, 1, 1000, SIZE)).isEqualTo(1000 + SIZE);
        assertThat(CdcCursor.position(1000, 1, 1001, SIZE)).isEqualTo(CdcCursor.INVALID);
        assertThat(CdcCursor.position(1000, 0, 1000, SIZE)).isEqualTo(1000);
        assertThat(CdcCursor.position(1000, 0, 999, SIZE)).isEqualTo(1000);
        assertThat(CdcCursor.position(0, 0, SIZE - 1, SIZE)).isEqualTo(SIZE - 1);
        assertThat(CdcCursor.position(0, 0, SIZE, SIZE)).isEqualTo(CdcCursor.INVALID);
    }

    @Test
    void theWrapComesRoundAfter65535() {
        long last = 65536L * SIZE - 1;

        assertThat(CdcCursor.wrap(last, SIZE)).isEqualTo(65535);
        assertThat(CdcCursor.wrap(last + 1, SIZE)).isZero();
        assertThat(CdcCursor.position(last, 0, 0, SIZE)).isEqualTo(last + 1);
        assertThat(CdcCursor.position(last, 0, SIZE - 1, SIZE)).isEqualTo(last + SIZE);
        assertThat(CdcCursor.position(last + 1, 65535, SIZE - 1, SIZE)).isEqualTo(last + 1);
        assertThat(CdcCursor.position(last + 1, 1, 0, SIZE)).isEqualTo(last + 1 + SIZE);
        assertThat(CdcCursor.position(last + 1, 1, 1, SIZE)).isEqualTo(CdcCursor.INVALID);
    }
}
