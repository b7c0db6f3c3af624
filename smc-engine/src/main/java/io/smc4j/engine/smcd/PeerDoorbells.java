package io.smc4j.engine.smcd;

import static io.smc4j.engine.link.SegmentLayout.GENERATION;
import static io.smc4j.engine.link.SegmentLayout.INT;

import io.smc4j.engine.link.ReadyBits;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The peer's doorbells as seen from here: bits in its memory, and its eventfds for when it sleeps. Thread-safe. */
final class PeerDoorbells {

    private static final int UNKNOWN = -1;

    /** Guarded by itself: a descriptor must not be closed, and its number be another file's, while it is signalled. */
    private static final class Bell {
        private int generation;
        private int fd = UNKNOWN;
    }

    private final SmcdLinkGroup group;
    private final MemorySegment segment;
    private final Bell[] bells = new Bell[SegmentLayout.DOORBELLS];

    PeerDoorbells(SmcdLinkGroup group, MemorySegment segment) {
        this.group = group;
        this.segment = segment;
        Arrays.setAll(bells, i -> new Bell());
    }

    /** Takes over the descriptor. */
    void setEventFd(int number, int generation, int fd) {
        if (number < 0 || number >= SegmentLayout.DOORBELLS || !EventFd.isEventFd(fd)) {
            Sockets.close(fd);
            return;
        }
        replace(bells[number], generation, fd);
    }

    private static void replace(Bell bell, int generation, int fd) {
        synchronized (bell) {
            if (bell.fd != UNKNOWN) {
                Sockets.close(bell.fd);
            }
            bell.generation = generation;
            bell.fd = fd;
        }
    }

    /** Sets the ready bit of the peer's connection and wakes the doorbell's owner if it sleeps. */
    void ring(int number, int connection) {
        if (ReadyBits.set(segment, number, connection)) {
            wake(number);
        }
    }

    private void wake(int number) {
        int generation = (int) INT.getAcquire(segment, SegmentLayout.doorbell(number) + GENERATION);
        Bell bell = bells[number];
        synchronized (bell) {
            if (bell.fd != UNKNOWN && bell.generation == generation) {
                EventFd.signal(bell.fd);
                return;
            }
        }
        // The descriptor is still on its way over the control socket; we may have that of a doorbell now closed.
        group.sendRing(number);
    }

    void close() {
        for (Bell bell : bells) {
            replace(bell, 0, UNKNOWN);
        }
    }
}
