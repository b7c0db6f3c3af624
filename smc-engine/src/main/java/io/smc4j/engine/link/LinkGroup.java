package io.smc4j.engine.link;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.events.EngineEvents;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the connections with one peer share, of whatever kind the device is: the memory with their control blocks and
 * with the doorbells of those who wait for them, and a common end.
 *
 * <p>The memory lives until the link group has ended, every connection in it is released and every doorbell has given
 * its slot up; until then a connection may read what had arrived. Thread-safe.
 */
public abstract class LinkGroup {

    private static final EngineEvents EVENTS = EngineEvents.get();

    public static final System.Logger LOG = System.getLogger("io.smc4j.engine.link");

    /** A connection, as its link group sees it. */
    public interface Member {
        /** The link group has ended: nothing more arrives and nothing can be sent. */
        void linkDown();

        /** As {@link #linkDown()}, unless the connection can go on by another way. */
        default void pathLost() {
            linkDown();
        }

        /** The peer has closed its end and waits for its ring back. */
        void peerClosed();

        /** The peer offers another ring to write to, and would like it to be taken also by who has nothing to write. */
        default void ringOffered() {
        }

        /** The peer goes on over TCP. */
        default void peerMoved() {
        }

        /** Gives memory back that the peer has read what was written to. */
        default void reclaimOverflow() {
        }

        /** Gives the local ring back if the peer is done with it; returns whether it was. */
        boolean tryRelease();
    }

    private final int id;
    private final SmcSnapshot.Role role;
    private final MemorySegment own;
    private final AtomicReferenceArray<DoorbellSlot> slots = new AtomicReferenceArray<>(SegmentLayout.DOORBELLS);
    private int doorbellGenerations;
    private int references = 1;
    private volatile String endReason;
    private volatile boolean active = true;
    private volatile boolean established;

    /**
     * Lays the link group over its memory.
     *
     * @param own control blocks, doorbells and what else the subclass keeps there, zeroed
     */
    protected LinkGroup(int id, SmcSnapshot.Role role, MemorySegment own) {
        this.id = id;
        this.role = role;
        this.own = own;
    }

    /** Bytes of memory for control blocks and doorbells, and for rings of {@code ringBytes} altogether behind them. */
    protected static long memorySize(long ringBytes) {
        return SegmentLayout.ringsEnd(ringBytes);
    }

    /** This side's number for it. */
    public final int id() {
        return id;
    }

    /** Which end this process is. */
    public final SmcSnapshot.Role role() {
        return role;
    }

    /** What its connections are. */
    public abstract SmcMode mode();

    /** What it looks like now. */
    public abstract SmcSnapshot.LinkGroup snapshot();

    /** Both sides have it. */
    public final void established() {
        if (!established) {
            established = true;
            EVENTS.linkGroupUp(this::snapshot);
        }
    }

    /** Whether connections can be made in it. */
    public final boolean isActive() {
        return active;
    }

    /** Why it has ended; {@code null} if it has not. */
    protected final String endReason() {
        return endReason;
    }

    public final MemorySegment own() {
        return own;
    }

    // ---- connections

    /** If the link group has ended already, nobody else will say so. */
    final void attached(Member member) {
        if (!active) {
            tellEnd(member);
        }
    }

    /** Tells a connection that the link group has ended. */
    protected void tellEnd(Member member) {
        member.linkDown();
    }

    /** The members of all connections; called with the lock held. */
    protected abstract List<Member> members();

    // ---- doorbells

    /** Called with the doorbell's lock held. */
    final synchronized DoorbellSlot openDoorbell(Doorbell doorbell) {
        if (!active) {
            return null;
        }
        for (int number = 1; number < slots.length(); number++) {
            if (slots.get(number) == null) {
                DoorbellSlot slot = new DoorbellSlot(this, doorbell, number, own);
                int generation = ++doorbellGenerations;
                slot.reset(generation);
                slots.set(number, slot);
                references++;
                opened(slot, generation);
                return slot;
            }
        }
        return null;
    }

    final void closeDoorbell(DoorbellSlot slot) {
        slots.set(slot.number(), null);
        release();
    }

    /** A doorbell was opened; with the lock held. */
    protected void opened(DoorbellSlot slot, int generation) {
    }

    /** The doorbell of a number a peer has named, or {@code null}. */
    protected final DoorbellSlot slot(int number) {
        return number >= 0 && number < slots.length() ? slots.get(number) : null;
    }

    // ---- end

    /**
     * Ends the link group; its connections see a reset once they have read what had arrived.
     *
     * @param reason what their exceptions are to say
     */
    public final void down(String reason) {
        List<Member> told;
        List<DoorbellSlot> retired = new ArrayList<>();
        synchronized (this) {
            if (!active) {
                return;
            }
            endReason = reason;
            active = false;
            told = members();
            for (int number = 0; number < slots.length(); number++) {
                DoorbellSlot slot = slots.get(number);
                if (slot != null) {
                    retired.add(slot);
                }
            }
        }
        if (established) {
            EVENTS.linkGroupDown(this::snapshot, reason);
        }
        disconnect();
        told.forEach(this::tellEnd);
        retired.forEach(slot -> slot.doorbell().retire(slot));
        sweep();
        release();
    }

    /** Cuts what leads to the peer; nothing of it arrives any more when this returns. */
    protected abstract void disconnect();

    /** Frees what the peer is done with; called now and then, and last at the end. */
    protected abstract void sweep();

    /** One more keeps the memory alive; with the lock held. */
    protected final void retain() {
        references++;
    }

    /** One less keeps the memory alive. */
    protected final void release() {
        synchronized (this) {
            if (--references > 0) {
                return;
            }
        }
        freeMemory();
    }

    /** Nobody uses the memory any more. */
    protected abstract void freeMemory();
}
