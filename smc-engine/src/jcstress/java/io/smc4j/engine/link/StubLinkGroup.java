package io.smc4j.engine.link;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A link group that is nothing but the memory of its first doorbell. */
final class StubLinkGroup extends LinkGroup {

    private static final long LENGTH = SegmentLayout.doorbell(2);

    StubLinkGroup() {
        super(1, SmcSnapshot.Role.SERVER, MemorySegment.ofArray(new long[(int) (LENGTH / Long.BYTES)]));
    }

    @Override
    public SmcMode mode() {
        return SmcMode.SMCD;
    }

    @Override
    public SmcSnapshot.LinkGroup snapshot() {
        return null;
    }

    @Override
    protected List<Member> members() {
        return List.of();
    }

    @Override
    protected void disconnect() {
        // Nothing leads to a peer.
    }

    @Override
    protected void sweep() {
        // Nothing is kept.
    }

    @Override
    protected void freeMemory() {
        // The heap's.
    }
}
