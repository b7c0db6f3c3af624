package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.RingAllocator;
import io.smc4j.engine.link.RingGeneration;
import io.smc4j.engine.link.SegmentLayout;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rings of one link group that this side receives into, and the places of their control blocks. Not thread-safe.
 */
final class SmcdLocalRings {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** What a ring is for: it decides how much of the budget is left to others. */
    enum Use {
        /** Without it the connection cannot go on or get smaller. */
        NEEDED,
        /** It spares the two sides turns. */
        SPEED,
        /** It takes what a reader leaves lying. */
        BACKLOG
    }

    private final SmcdLinkGroup group;
    private final RingAllocator allocator;
    private final MemoryBudget budget;
    private final BitSet indexes = new BitSet();
    private SmcdLocalRing[] rings = new SmcdLocalRing[16];
    private final Set<SmcdLocalRing> lingering = new LinkedHashSet<>();
    private long memory;
    private int count;

    SmcdLocalRings(SmcdLinkGroup group, RingAllocator allocator, MemoryBudget budget) {
        this.group = group;
        this.allocator = allocator;
        this.budget = budget;
    }

    /** @param limit bytes it may grow to */
    SmcdLocalRing allocate(int size, int limit) throws DeclineException {
        int index = indexes.nextClearBit(0);
        if (index >= SegmentLayout.CONNECTIONS) {
            throw new DeclineException(FallbackReason.LINK_GROUP_FULL);
        }
        long offset = reserve(size, budget.tryReserve(size));
        RingGeneration first = new RingGeneration(group.own().asSlice(offset, size), offset);
        SmcdLocalRing ring = new SmcdLocalRing(group, token(index), first, limit);
        ring.initialize();
        if (index >= rings.length) {
            rings = Arrays.copyOf(rings, rings.length * 2);
        }
        indexes.set(index);
        rings[index] = ring;
        count++;
        return ring;
    }

    /**
     * Memory to replace that of a ring.
     *
     * @param number of the offer
     */
    RingGeneration stretch(int number, int size, Use use) throws DeclineException {
        long offset = reserve(size, switch (use) {
            case NEEDED -> budget.tryReserve(size);
            case SPEED -> budget.tryReserveMore(size);
            case BACKLOG -> budget.tryReserveBacklog(size);
        });
        return new RingGeneration(number, group.own().asSlice(offset, size), offset);
    }

    private long reserve(int size, boolean reserved) throws DeclineException {
        if (!reserved) {
            throw new DeclineException(FallbackReason.MEMORY_LIMIT);
        }
        long offset = allocator.allocate(size);
        if (offset < 0) {
            budget.giveBack(size);
            throw new DeclineException(FallbackReason.MEMORY_LIMIT);
        }
        memory += size;
        return offset;
    }

    void giveBack(RingGeneration stretch) {
        allocator.free(stretch.offset());
        memory -= stretch.size();
        budget.giveBack(stretch.size());
    }

    /** 16 bits of index below 47 random ones that only the owner of the peer's mapping can know. */
    private static long token(int index) {
        return RANDOM.nextLong(1, 1L << 47) << 16 | index;
    }

    void free(SmcdLocalRing ring) {
        ring.invalidate();
        rings[ring.index()] = null;
        indexes.clear(ring.index());
        lingering.remove(ring);
        count--;
        for (RingGeneration stretch = ring.oldest(); stretch != null; stretch = stretch.next()) {
            giveBack(stretch);
        }
    }

    /** The ring that a token names, or {@code null}. */
    SmcdLocalRing find(long token) {
        int index = SegmentLayout.index(token);
        SmcdLocalRing ring = index < rings.length ? rings[index] : null;
        return ring != null && ring.token() == token ? ring : null;
    }

    /** The members of all connections. */
    List<LinkGroup.Member> members() {
        return Arrays.stream(rings).filter(ring -> ring != null && ring.member() != null).map(SmcdLocalRing::member)
                .toList();
    }

    /** The members of connections that have something in an overflow. */
    List<LinkGroup.Member> withOverflow() {
        return Arrays.stream(rings).filter(ring -> ring != null && ring.member() != null && ring.peer() != null
                && ring.peer().hasOverflow()).map(SmcdLocalRing::member).toList();
    }

    void linger(SmcdLocalRing ring) {
        lingering.add(ring);
    }

    boolean isLingering(SmcdLocalRing ring) {
        return lingering.contains(ring);
    }

    /** Those that have lingered longest. */
    List<SmcdLocalRing> lingering(int most) {
        return lingering.isEmpty() ? List.of() : lingering.stream().limit(most).toList();
    }

    /** Gives memory back to the system that was not needed since the last call. */
    void trim() {
        allocator.trim();
    }

    /** The memory ends. */
    void close() {
        allocator.close();
    }

    /** A larger ring was offered. */
    void countGrown() {
        budget.countGrown();
    }

    /** Bytes handed out. */
    long memory() {
        return memory;
    }

    int count() {
        return count;
    }
}
