package io.smc4j.engine.link;

import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What wakes one waiting thread of this process when any of its connections has news: the epoll set in which it sleeps,
 * with an eventfd for this process in it, and in each link group that has connections here a {@link DoorbellSlot} with
 * the ready bits, the sleeping flag and a socket for the peer.
 *
 * <p>One thread owns it and calls everything but {@link #signal()}, {@link #slot} and {@link #close()}, which any
 * thread may. Slots of ended link groups are given up by the owner itself, so that their memory cannot vanish under its
 * hands.
 */
public final class Doorbell implements AutoCloseable {

    /** What belongs to a ready bit. */
    public interface Listener {
        /**
         * The connection may have become readable, writable or ended; called on the doorbell's thread. Must not throw.
         */
        void rung();
    }

    /** What {@link Epoll#data} reports when the owner is woken. */
    public static final long WOKEN = -2;

    private static final DoorbellSlot[] NONE = {};

    private final Object lock = new Object();
    private final Epoll epoll;
    private final int eventFd;
    private volatile DoorbellSlot[] slots = NONE;
    private volatile boolean slotsRetired;
    private DoorbellSlot lastRung;
    private boolean closed;

    /** @param maxEvents how many events the epoll set reports at once */
    public Doorbell(int maxEvents) throws OsException {
        this.epoll = Epoll.create(maxEvents);
        int fd = -1;
        try {
            fd = EventFd.create();
            watch(fd);
        } catch (OsException e) {
            if (fd != -1) {
                Sockets.close(fd);
            }
            epoll.close();
            throw e;
        }
        this.eventFd = fd;
    }

    /** The set in which the owner sleeps, and which may hold other descriptors as well. */
    public Epoll epoll() {
        return epoll;
    }

    /** Each wake-up is told once: what wakes need not be emptied before the next sleep. */
    void watch(int fd) throws OsException {
        epoll.add(fd, Epoll.EPOLLIN | Epoll.EPOLLET, WOKEN);
    }

    void unwatch(int fd) {
        epoll.delete(fd);
    }

    /** Wakes the owner from within this process. */
    public void signal() {
        // Not after close: the number may be another file's by then.
        synchronized (lock) {
            if (!closed) {
                EventFd.signal(eventFd);
            }
        }
    }

    /** Whether any link group has connections here. */
    public boolean hasSlots() {
        return slots.length > 0;
    }

    /** Whether a ready bit is set. */
    public boolean isRung() {
        for (DoorbellSlot slot : slots) {
            if (slot.isRung()) {
                return true;
            }
        }
        return false;
    }

    /** Takes all ready bits and tells their listeners. */
    public void drain() {
        for (DoorbellSlot slot : slots) {
            if (slot.isRung()) {
                lastRung = slot;
                slot.drain();
            }
        }
    }

    /**
     * Announces that the owner is about to sleep. What became ready before is seen by an {@link #isRung()} after this
     * call; what becomes ready later wakes it.
     */
    public void arm() {
        if (slotsRetired) {
            releaseRetired();
        }
        for (DoorbellSlot slot : slots) {
            slot.arm();
        }
        VarHandle.fullFence();
    }

    /** The owner is awake again. */
    public void disarm() {
        for (DoorbellSlot slot : slots) {
            slot.disarm();
        }
    }

    /** The processor on which the peer that rang last was running then, or -1. */
    public int peerProcessor() {
        DoorbellSlot slot = lastRung;
        return slot == null ? -1 : slot.peerProcessor();
    }

    /** The slot in a link group, made if there is none; {@code null} if the link group has no more. */
    public DoorbellSlot slot(LinkGroup group) {
        DoorbellSlot slot;
        synchronized (lock) {
            if (closed) {
                return null;
            }
            for (DoorbellSlot existing : slots) {
                if (existing.group() == group) {
                    return existing;
                }
            }
            slot = group.openDoorbell(this);
            if (slot == null) {
                return null;
            }
            slots = Stream.concat(Arrays.stream(slots), Stream.of(slot)).toArray(DoorbellSlot[]::new);
        }
        // An owner already asleep has not armed this slot.
        signal();
        return slot;
    }

    /** The slot's link group has ended; the owner gives the slot up before it sleeps next. */
    void retire(DoorbellSlot slot) {
        slot.retired = true;
        slotsRetired = true;
        signal();
    }

    private void releaseRetired() {
        slotsRetired = false;
        List<DoorbellSlot> gone;
        synchronized (lock) {
            gone = Arrays.stream(slots).filter(slot -> slot.retired).toList();
            slots = Arrays.stream(slots).filter(slot -> !slot.retired).toArray(DoorbellSlot[]::new);
            if (lastRung != null && lastRung.retired) {
                lastRung = null;
            }
        }
        for (DoorbellSlot slot : gone) {
            slot.close();
            slot.group().release();
        }
    }

    /** Gives up all slots, the eventfd and the epoll set; the owner must not use the doorbell any more. */
    @Override
    public void close() {
        DoorbellSlot[] open;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open = slots;
            slots = NONE;
            lastRung = null;
        }
        epoll.close();
        for (DoorbellSlot slot : open) {
            slot.close();
            slot.group().closeDoorbell(slot);
        }
        Sockets.close(eventFd);
    }
}
