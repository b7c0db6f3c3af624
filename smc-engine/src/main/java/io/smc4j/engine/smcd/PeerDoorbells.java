package io.smc4j.engine.smcd;

import static io.smc4j.engine.link.SegmentLayout.GENERATION;
import static io.smc4j.engine.link.SegmentLayout.INT;

import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.ReadyBits;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.link.WakeReceiver;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.WakeSocket;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The peer's doorbells as seen from here: bits in its memory, and a socket for each, for when its owner sleeps.
 * Thread-safe.
 */
final class PeerDoorbells {

    private static final int UNKNOWN = -1;

    /** Guarded by itself: a descriptor must not be closed, and its number be another file's, while it is used. */
    private static final class Bell {
        private int generation;
        private int sender = UNKNOWN;
    }

    private final SmcdLinkGroup group;
    private final MemorySegment segment;
    private final Bell[] bells = new Bell[SegmentLayout.DOORBELLS];

    PeerDoorbells(SmcdLinkGroup group, MemorySegment segment) {
        this.group = group;
        this.segment = segment;
        Arrays.setAll(bells, i -> new Bell());
    }

    /**
     * Opens a socket that wakes a doorbell of the peer's, in place of the one for an earlier doorbell of that number.
     *
     * @param receiver the name of the socket that is woken
     * @return the name of the socket that wakes it; 0 if there is none, so that {@link #ring} has the peer's control
     *        loop do it
     */
    long open(int number, int generation, long receiver) {
        if (!isNumber(number)) {
            return 0;
        }
        long name = WakeReceiver.newName();
        try {
            replace(bells[number], generation, WakeSocket.openSender(name, receiver));
            return name;
        } catch (OsException e) {
            replace(bells[number], generation, UNKNOWN);
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no socket for a doorbell", e);
            return 0;
        }
    }

    /** Whether the peer can have a doorbell of that number. */
    boolean isNumber(int number) {
        return number >= 0 && number < SegmentLayout.DOORBELLS;
    }

    /** Takes over a socket that wakes a doorbell of the peer's, in place of the one for an earlier doorbell. */
    void ringBy(int number, int generation, int sender) {
        replace(bells[number], generation, sender);
    }

    private static void replace(Bell bell, int generation, int sender) {
        synchronized (bell) {
            if (bell.sender != UNKNOWN) {
                Sockets.close(bell.sender);
            }
            bell.generation = generation;
            bell.sender = sender;
        }
    }

    /**
     * Sets the ready bit of the peer's connection and wakes the doorbell's owner if it sleeps. Returns whether it did.
     */
    boolean ring(int number, int connection) {
        if (!ReadyBits.set(segment, number, connection)) {
            return false;
        }
        wake(number);
        return true;
    }

    private void wake(int number) {
        int generation = (int) INT.getAcquire(segment, SegmentLayout.doorbell(number) + GENERATION);
        Bell bell = bells[number];
        synchronized (bell) {
            if (bell.sender != UNKNOWN && bell.generation == generation && WakeSocket.wake(bell.sender)) {
                return;
            }
        }
        // Its name is still on its way over the control socket, or the peer has closed it, or not emptied it for long.
        group.sendRing(number);
    }

    void close() {
        for (Bell bell : bells) {
            replace(bell, 0, UNKNOWN);
        }
    }
}
