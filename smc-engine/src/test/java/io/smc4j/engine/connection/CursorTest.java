package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private static final int SIZE = 64;

    static LongStream bases() {
        return LongStream.of(0, SIZE, Integer.MAX_VALUE - 31L & -SIZE, 1L << 31, 1L << 32, (1L << 32) - SIZE,
                Long.MAX_VALUE - 3 * SIZE & -SIZE);
    }

    @ParameterizedTest
    @MethodSource("bases")
    void copiesInAndOutAtEveryPlaceWithEveryLength(long base) {
        for (int start = 0; start < SIZE; start++) {
            for (int length = 0; length <= SIZE; length++) {
                ByteBuffer source = numbered(length, 3);
                ByteBuffer ring = ByteBuffer.allocateDirect(SIZE);
                Cursor.copyIn(source, ring, base + start, length);
                for (int i = 0; i < SIZE; i++) {
                    int expected = i < length ? i + 1 : 0;
                    assertThat(ring.get((start + i) % SIZE)).isEqualTo((byte) expected);
                }
                assertThat(source.position()).isEqualTo(3 + length);

                ByteBuffer target = ByteBuffer.allocate(length + 5).position(2);
                Cursor.copyOut(ring, base + start, target, length);
                assertThat(target.position()).isEqualTo(2 + length);
                assertThat(target.slice(2, length)).isEqualTo(numbered(length, 0));
            }
        }
    }

    private static ByteBuffer numbered(int length, int position) {
        ByteBuffer buffer = ByteBuffer.allocate(position + length);
        for (int i = 0; i < length; i++) {
            buffer.put(position + i, (byte) (i + 1));
        }
        return buffer.position(position);
    }

    static Stream<ByteBuffer> kinds() {
        return Stream.of(ByteBuffer.allocate(SIZE), ByteBuffer.allocateDirect(SIZE),
                ByteBuffer.allocate(2 * SIZE).slice(7, SIZE), ByteBuffer.allocate(SIZE).asReadOnlyBuffer());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void leavesTheRestOfTheSourceAlone(ByteBuffer source) {
        source.limit(40).position(10);
        Cursor.copyIn(source, ByteBuffer.allocateDirect(SIZE), SIZE - 3, 20);

        assertThat(source.position()).isEqualTo(30);
        assertThat(source.limit()).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, SIZE - 1, SIZE})
    void measuresDistancesWithinTheRing(long distance) throws IOException {
        for (long from : bases().toArray()) {
            assertThat(Cursor.distance(from, from + distance, SIZE)).isEqualTo((int) distance);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, SIZE + 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, -(1L << 32), (1L << 32) + 1})
    void refusesDistancesThatNoRingHas(long distance) {
        assertThatExceptionOfType(CursorException.class).isThrownBy(() -> Cursor.distance(77, 77 + distance, SIZE))
                .withMessage("SMC peer moved its cursor by " + distance + " bytes in a ring of " + SIZE);
    }
}
