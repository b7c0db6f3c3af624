package io.smc4j.engine.link;

import static io.smc4j.engine.link.SegmentLayout.DOORBELL_PROCESSOR;
import static io.smc4j.engine.link.SegmentLayout.INT;
import static io.smc4j.engine.link.SegmentLayout.LONG;
import static io.smc4j.engine.link.SegmentLayout.READY;
import static io.smc4j.engine.link.SegmentLayout.SLEEPING;
import static io.smc4j.engine.link.SegmentLayout.SUMMARY;

import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.Processors;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** The peer's doorbells as seen from here: bits in its memory, and its eventfds for when it sleeps. */
final class PeerDoorbells {

    private static final int UNKNOWN = -1;

    private final LinkGroup group;
    private final MemorySegment segment;
    private final AtomicIntegerArray eventFds = new AtomicIntegerArray(SegmentLayout.DOORBELLS);

    PeerDoorbells(LinkGroup group, MemorySegment segment) {
        this.group = group;
        this.segment = segment;
        for (int i = 0; i < SegmentLayout.DOORBELLS; i++) {
            eventFds.set(i, UNKNOWN);
        }
    }

    /** Takes over the descriptor. */
    void setEventFd(int number, int fd) {
        if (number < 0 || number >= SegmentLayout.DOORBELLS) {
            Sockets.close(fd);
            return;
        }
        int old = eventFds.getAndSet(number, fd);
        if (old != UNKNOWN) {
            Sockets.close(old);
        }
    }

    /**
     * Sets the ready bit of the peer's connection and wakes the doorbell's owner if it sleeps. What the caller stored
     * before is visible to whoever sees the bit. A bit already set is left alone: its taker has yet to look at the
     * connection, and both sides have a full fence between their store and their load.
     */
    void ring(int number, int connection) {
        long base = SegmentLayout.doorbell(number);
        int word = connection / Long.SIZE;
        if (!isSet(base + READY + word * 8L, connection)) {
            set(base + READY + word * 8L, connection);
        }
        long summary = base + SUMMARY + word / Long.SIZE * 8L;
        if (!isSet(summary, word)) {
            set(summary, word);
        }
        INT.setOpaque(segment, base + DOORBELL_PROCESSOR, Processors.current());
        if ((int) INT.getVolatile(segment, base + SLEEPING) != 0 && INT.compareAndSet(segment, base + SLEEPING, 1, 0)) {
            wake(number);
        }
    }

    private boolean isSet(long offset, int bit) {
        return ((long) LONG.getVolatile(segment, offset) & 1L << bit) != 0;
    }

    private void set(long offset, int bit) {
        LONG.getAndBitwiseOr(segment, offset, 1L << bit);
    }

    private void wake(int number) {
        int fd = eventFds.get(number);
        if (fd == UNKNOWN) {
            // The descriptor is still on its way over the control socket.
            group.sendRing(number);
        } else {
            EventFd.signal(fd);
        }
    }

    void close() {
        for (int i = 0; i < SegmentLayout.DOORBELLS; i++) {
            int fd = eventFds.getAndSet(i, UNKNOWN);
            if (fd != UNKNOWN) {
                Sockets.close(fd);
            }
        }
    }
}
