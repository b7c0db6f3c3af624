package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.DOORBELL_PROCESSOR;
import static io.smc4j.engine.link.SegmentLayout.GENERATION;
import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;
import static io.smc4j.engine.link.SegmentLayout.NO_PROCESSOR;
import static io.smc4j.engine.link.SegmentLayout.READY;
import static io.smc4j.engine.link.SegmentLayout.SLEEPING;
import static io.smc4j.engine.link.SegmentLayout.SUMMARY;

import io.smc4j.engine.os.WakeSocket;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A {@link Doorbell}'s part in one link group: sleeping flag and ready bits, in the memory the peer can write. */
public final class DoorbellSlot {

    /** Connections whose bits one word of the summary stands for. */
    private static final int SUMMARY_SPAN = Long.SIZE * Long.SIZE;

    private final LinkGroup group;
    private final Doorbell doorbell;
    private final int number;
    private final MemorySegment segment;
    private final long base;
    private final AtomicReferenceArray<Doorbell.Listener> listeners =
            new AtomicReferenceArray<>(SegmentLayout.CONNECTIONS);
    /** Words of the summary that can have a bit, by the connections that were ever listened to. */
    private volatile int summaryWords;
    volatile boolean retired;
    private int generation;
    /** {@code null} where the peer cannot wake by itself: it asks the control loop, or there is no other process. */
    private volatile WakeReceiver receiver;
    private boolean closed;
    /** Wake-ups seen since the receiver was drained; for the owner. */
    private int wakeUps;
    private volatile boolean receiverFull;

    DoorbellSlot(LinkGroup group, Doorbell doorbell, int number, MemorySegment segment) {
        this.group = group;
        this.doorbell = doorbell;
        this.number = number;
        this.segment = segment;
        this.base = SegmentLayout.doorbell(number);
    }

    LinkGroup group() {
        return group;
    }

    public Doorbell doorbell() {
        return doorbell;
    }

    public int number() {
        return number;
    }

    /** Before the peer learns which doorbell is the connection's. */
    void listen(int connection, Doorbell.Listener listener) {
        listeners.set(connection, listener);
        if (connection >= summaryWords * SUMMARY_SPAN) {
            growTo(connection / SUMMARY_SPAN + 1);
        }
    }

    private synchronized void growTo(int words) {
        summaryWords = Math.max(summaryWords, words);
    }

    boolean isRung() {
        int words = summaryWords;
        for (int i = 0; i < words; i++) {
            if ((long) LONG.getOpaque(segment, base + SUMMARY + i * 8L) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Summary before words, as the peer sets words before the summary: a bit set meanwhile is seen now or next time.
     */
    void drain() {
        int words = summaryWords;
        for (int i = 0; i < words; i++) {
            long summaryOffset = base + SUMMARY + i * 8L;
            if ((long) LONG.getOpaque(segment, summaryOffset) == 0) {
                continue;
            }
            long marked = (long) LONG.getAndSet(segment, summaryOffset, 0L);
            while (marked != 0) {
                int word = i * Long.SIZE + Long.numberOfTrailingZeros(marked);
                marked &= marked - 1;
                drainWord(word);
            }
        }
    }

    private void drainWord(int word) {
        long bits = (long) LONG.getAndSet(segment, base + READY + word * 8L, 0L);
        // Between our taking the bits and our look at the connections; a peer that finds its bit set has stored before.
        VarHandle.fullFence();
        while (bits != 0) {
            Doorbell.Listener listener = listeners.get(word * Long.SIZE + Long.numberOfTrailingZeros(bits));
            bits &= bits - 1;
            if (listener != null) {
                listener.rung();
            }
        }
    }

    /** The owner is about to sleep. */
    void arm() {
        // Now and then: a socket that is full wakes nobody. What was sent before has set its ready bit before.
        if (wakeUps >= WakeSocket.CAPACITY || receiverFull) {
            drainReceiver();
        }
        INT.setOpaque(segment, base + SLEEPING, 1);
    }

    private void drainReceiver() {
        receiverFull = false;
        wakeUps = 0;
        WakeReceiver full = receiver;
        if (full != null) {
            full.drain();
        }
    }

    /** The owner is awake. */
    void disarm() {
        if ((int) INT.getOpaque(segment, base + SLEEPING) == 0) {
            wakeUps++;
        } else {
            // A peer that takes the flag in between is not counted; it asks the control loop when the socket is full.
            INT.setOpaque(segment, base + SLEEPING, 0);
        }
    }

    int peerProcessor() {
        return (int) INT.getOpaque(segment, base + DOORBELL_PROCESSOR);
    }

    /** A new owner of the slot's memory starts with nothing set. */
    void reset(int generation) {
        this.generation = generation;
        segment.asSlice(base, SegmentLayout.DOORBELL_STRIDE).fill((byte) 0);
        INT.set(segment, base + DOORBELL_PROCESSOR, NO_PROCESSOR);
        INT.setRelease(segment, base + GENERATION, generation);
    }

    /** The peer can wake the owner by this from now on. */
    public void setReceiver(WakeReceiver value) {
        synchronized (this) {
            if (!closed) {
                receiver = value;
                return;
            }
        }
        value.close();
    }

    /** Whether the slot's memory has that owner. */
    public boolean isOf(int ownersGeneration) {
        return generation == ownersGeneration;
    }

    /** The peer has opened a socket to wake a doorbell by. */
    public void acceptOnly(int senderGeneration, long sender) {
        WakeReceiver woken = receiver;
        if (woken != null && generation == senderGeneration) {
            woken.acceptOnly(sender);
        }
    }

    /** The peer could not wake the owner by itself. */
    public void wakeForPeer() {
        receiverFull = true;
        doorbell.signal();
    }

    /** The owner gives the slot up. */
    void close() {
        WakeReceiver closing;
        synchronized (this) {
            closed = true;
            closing = receiver;
        }
        if (closing != null) {
            closing.close();
        }
    }
}
