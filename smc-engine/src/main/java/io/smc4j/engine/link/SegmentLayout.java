package io.smc4j.engine.link;

import io.smc4j.engine.SmcConfig;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Where things are in a segment: the memory that one process owns and shares with one peer. Everything in it concerns
 * what its <em>owner</em> receives; the peer writes only what is marked so. Host byte order, since both ends share a
 * host.
 *
 * <pre>
 *       0  header      magic u64, version u32, connection slots u32, size u64     owner, once
 *   4 KiB  doorbells   64 of 4 KiB, see below
 * 260 KiB  controls    16384 of 256 bytes, one per connection, see below
 *   5 MiB  rings       blocks of 1 MiB, each cut into rings of one size
 *   at the end         64 of 4 MiB for what the owner's writers have no room for in the peer's rings
 *
 * doorbell, +0    sleeping   u32   1 while the owner's thread sleeps    owner sets, peer takes
 *           +4    processor  u32   where the peer last ran              peer
 *           +8    summary    4 u64 one bit for each of the words below  peer sets, owner takes
 *           +40   generation u32   which doorbell of this number it is  owner, once
 *           +256  ready    256 u64 one bit for each connection          peer sets, owner takes
 *
 * control,  +0    token      u64   proves a CLC message is about this   owner, once; peer sets BOUND, owner inverts
 *           +8    ring       u64   offset in the segment                owner, once
 *           +16   size       u32   of the ring                          owner, once
 *           +20   doorbell   u32   number of the one to ring, 0 = none  owner
 *           +24   waiters    u32   threads waiting on the event word    owner
 *           +32   next ring  u64   offset of the ring offered last      owner
 *           +40   next size  u32   of that ring                         owner
 *           +44   offer      u32   its number, from 1; 0 = none so far  owner, after the two
 *           +48   limit      u32   bytes the rings may grow to          owner, once
 *           +64   producer   u64   bytes ever written to the ring       peer
 *           +72   state      u32   tag of the token, flags in the       owner's tag, then
 *                                  lowest byte, see ConnectionFlags     peer
 *           +76   blocked    u32   1 while the peer waits for space     peer sets, owner takes
 *           +80   switch at  u64   first byte in the ring taken last    peer
 *           +88   taken      u32   number of that ring's offer          peer, after switch at
 *           +92   overflows  u32   begun and ended overflows            peer, after the three
 *           +96   from       u64   first byte in the overflow           peer
 *           +104  to         u64   first byte after it, once ended      peer
 *           +112  memory     u64   its offset in the peer's segment     peer
 *           +120  opposite   u64   token of the peer's own ring         peer, before it sets BOUND
 *           +128  consumer   u64   bytes ever read from the ring        owner
 *           +192  event      u32   futex word, counts wake-ups          peer
 *           +196  processor  u32   where the peer last ran              peer
 * </pre>
 *
 * <p>Fields that different processes write are on cache lines of their own. How a ring is replaced by another one is
 * told at {@code RingChanges}, how what it has no room for is passed at {@link Overflow}.
 */
public final class SegmentLayout {

    public static final long MAGIC = 0x534D43344A53484DL;
    public static final int VERSION = 4;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = 8;
    public static final int SLOTS_OFFSET = 12;
    public static final int SIZE_OFFSET = 16;

    public static final int DOORBELLS = 64;
    static final long DOORBELLS_OFFSET = 4096;
    static final long DOORBELL_STRIDE = 4096;
    static final int SLEEPING = 0;
    static final int DOORBELL_PROCESSOR = 4;
    static final int SUMMARY = 8;
    public static final int GENERATION = 40;
    static final int READY = 256;

    public static final int CONNECTIONS = 16384;
    static final int READY_WORDS = CONNECTIONS / Long.SIZE;
    static final int SUMMARY_WORDS = READY_WORDS / Long.SIZE;

    static final long CONTROLS_OFFSET = DOORBELLS_OFFSET + DOORBELLS * DOORBELL_STRIDE;
    static final long CONTROL_STRIDE = 256;
    public static final int TOKEN = 0;
    /** Bit of the token that says that the peer has taken the ring for a connection. An inverted token is withdrawn. */
    public static final long BOUND = 1L << 63;
    public static final int RING = 8;
    public static final int RING_SIZE = 16;
    public static final int DOORBELL = 20;
    public static final int WAITERS = 24;
    public static final int NEXT_RING = 32;
    public static final int NEXT_SIZE = 40;
    public static final int OFFER = 44;
    public static final int LIMIT = 48;
    public static final int PRODUCER = 64;
    public static final int STATE = 72;
    static final int STATE_FLAGS = 0xFF;
    public static final int BLOCKED = 76;
    public static final int SWITCH_AT = 80;
    public static final int TAKEN = 88;
    public static final int OVERFLOWS = 92;
    public static final int OVERFLOW_FROM = 96;
    public static final int OVERFLOW_TO = 104;
    public static final int OVERFLOW_MEMORY = 112;
    public static final int OPPOSITE = 120;
    public static final int CONSUMER = 128;
    public static final int EVENT = 192;
    public static final int PROCESSOR = 196;

    public static final long RINGS_OFFSET = 5L << 20;
    public static final int BLOCK_SIZE = SmcConfig.MAX_RING_SIZE;

    /**
     * Address space per byte of rings. A block serves rings of one size, of which at one time any may take all that
     * there may be, and one ring keeps a block. Growing rings have four sizes. Address space is all that it costs.
     */
    private static final int SPARE = 4;
    /** Large budgets are used up by large rings. */
    private static final long MOST_SPARE_BLOCKS = (8L << 30) / BLOCK_SIZE;

    public static final int OVERFLOW_SIZE = 4 << 20;
    public static final int OVERFLOW_COUNT = 64;

    static final int NO_PROCESSOR = -1;

    public static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    public static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private SegmentLayout() {
    }

    /** Bytes of a segment with room for overflows behind its rings. */
    public static long segmentSize(long ringBytes) {
        return ringsEnd(ringBytes) + (long) OVERFLOW_COUNT * OVERFLOW_SIZE;
    }

    /** Where overflows begin in a segment of some size. */
    public static long overflows(long segmentSize) {
        return segmentSize - (long) OVERFLOW_COUNT * OVERFLOW_SIZE;
    }

    /** Where rings end that can be {@code ringBytes} altogether, whatever rings there were before. */
    public static long ringsEnd(long ringBytes) {
        long blocks = Math.max(1, (ringBytes + BLOCK_SIZE - 1) / BLOCK_SIZE);
        return RINGS_OFFSET + (blocks + Math.min((SPARE - 1) * blocks, MOST_SPARE_BLOCKS)) * BLOCK_SIZE;
    }

    public static boolean isSegmentSize(long size) {
        return size > RINGS_OFFSET && size <= segmentSize(SmcConfig.MAX_MEMORY_LIMIT)
                && (size - RINGS_OFFSET) % BLOCK_SIZE == 0;
    }

    /** Whether what a peer says can be a ring in a segment. */
    public static boolean isRing(long offset, int size, long segmentSize) {
        return size >= SmcConfig.MIN_BUFFER_SIZE && size <= SmcConfig.MAX_RING_SIZE && Integer.bitCount(size) == 1
                && offset >= RINGS_OFFSET && offset <= segmentSize - size && offset % 4096 == 0;
    }

    /** Whether what a peer says can be the memory of an overflow in its segment. */
    public static boolean isOverflow(long offset, long segmentSize) {
        return offset >= RINGS_OFFSET && offset <= segmentSize - OVERFLOW_SIZE && offset % 4096 == 0;
    }

    public static long control(int index) {
        return CONTROLS_OFFSET + index * CONTROL_STRIDE;
    }

    /**
     * Whether a number that a peer has sent can be a token that it has not bound or withdrawn: {@link #index} is in
     * bounds.
     */
    public static boolean isToken(long token) {
        return token > 0 && index(token) < CONNECTIONS;
    }

    /** The place of the connection that a token names. */
    public static int index(long token) {
        return (int) (token & 0xFFFF);
    }

    /**
     * The upper bits of the state word of the connection that a token names: what a peer shows late, when the place
     * belongs to another connection already, is not taken for that connection's state.
     */
    public static int stateTag(long token) {
        return (int) (token >>> 16) << 8;
    }

    public static long doorbell(int number) {
        return DOORBELLS_OFFSET + number * DOORBELL_STRIDE;
    }
}
