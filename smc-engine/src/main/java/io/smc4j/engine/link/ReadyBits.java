package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.DOORBELL_PROCESSOR;
import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;
import static io.smc4j.engine.link.SegmentLayout.READY;
import static io.smc4j.engine.link.SegmentLayout.SLEEPING;
import static io.smc4j.engine.link.SegmentLayout.SUMMARY;

import io.smc4j.engine.os.Processors;
import java.lang.foreign.MemorySegment;

/** How a doorbell is rung: the bits that say which connections have news, and the flag of an owner that sleeps. */
public final class ReadyBits {

    private ReadyBits() {
    }

    /**
     * Sets a connection's ready bit. What the caller stored before is visible to whoever sees the bit. A bit already
     * set is left alone: its taker has yet to look at the connection, and both sides have a full fence between their
     * store and their load.
     *
     * @return whether the owner sleeps, and the caller is to wake it
     */
    public static boolean set(MemorySegment segment, int doorbell, int connection) {
        long base = SegmentLayout.doorbell(doorbell);
        int word = connection / Long.SIZE;
        setBit(segment, base + READY + word * 8L, connection);
        setBit(segment, base + SUMMARY + word / Long.SIZE * 8L, word);
        int processor = Processors.current();
        if ((int) INT.getOpaque(segment, base + DOORBELL_PROCESSOR) != processor) {
            // Not always, as the owner looks at this cache line in each turn.
            INT.setOpaque(segment, base + DOORBELL_PROCESSOR, processor);
        }
        return (int) INT.getVolatile(segment, base + SLEEPING) != 0
                && INT.compareAndSet(segment, base + SLEEPING, 1, 0);
    }

    private static void setBit(MemorySegment segment, long offset, int bit) {
        if (((long) LONG.getVolatile(segment, offset) & 1L << bit) == 0) {
            LONG.getAndBitwiseOr(segment, offset, 1L << bit);
        }
    }
}
