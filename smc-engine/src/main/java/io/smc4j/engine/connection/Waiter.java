package io.smc4j.engine.connection;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.Spinner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * How news of one connection reaches those who wait for it. A platform thread polls for a moment, then sleeps on the
 * futex word in the connection's control block. A virtual thread parks and is woken by the control loop, since a futex
 * would hold its carrier. A selector has the peer ring its doorbell. Thread-safe.
 *
 * <p>The peer rings at one place only. Whoever changes that looks at the connection once more.
 */
final class Waiter implements Doorbell.Listener {

    private final LocalRing ring;
    private final ControlLoop loop;
    private final Set<Thread> parked = ConcurrentHashMap.newKeySet();
    /** Who is told of news by the control loop besides those parked, or {@code null}. */
    private volatile Doorbell.Listener listener;
    /** Where the peer rings the control loop; {@code null} while it need not. */
    private DoorbellSlot loopSlot;
    /** Where the peer rings a selector, or {@code null}. */
    private DoorbellSlot selectorSlot;
    private Doorbell selector;
    private boolean closed;

    Waiter(LocalRing ring, ControlLoop loop) {
        this.ring = ring;
        this.loop = loop;
    }

    /**
     * Waits for a condition.
     *
     * @param quick looked at while polling
     * @param thorough looked at before sleeping: must make sure that the peer tells when it becomes true
     * @param timeoutNanos -1 for no limit
     * @return whether it is true
     */
    boolean await(Spinner.Condition quick, Spinner.Condition thorough, Spinner spinner, long timeoutNanos) {
        if (quick.isMet()) {
            return true;
        }
        if (Thread.currentThread().isVirtual()) {
            return park(thorough, timeoutNanos);
        }
        if (spinner.spin(quick, ring.peerProcessor(), spinner.isCrowded())) {
            return true;
        }
        return sleep(thorough, spinner, timeoutNanos);
    }

    private boolean sleep(Spinner.Condition condition, Spinner spinner, long timeoutNanos) {
        leaveLoopIfUnused();
        long start = System.nanoTime();
        ring.beginWait();
        try {
            for (;;) {
                int event = ring.event();
                if (condition.isMet()) {
                    return true;
                }
                long left = timeoutNanos < 0 ? -1 : timeoutNanos - (System.nanoTime() - start);
                if (timeoutNanos >= 0 && left <= 0) {
                    return false;
                }
                ring.await(event, left);
            }
        } finally {
            ring.endWait();
            spinner.slept(System.nanoTime() - start);
        }
    }

    private boolean park(Spinner.Condition condition, long timeoutNanos) {
        long start = System.nanoTime();
        Thread self = Thread.currentThread();
        parked.add(self);
        try {
            enterLoop();
            while (!condition.isMet()) {
                long left = timeoutNanos < 0 ? Long.MAX_VALUE : timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                if (self.isInterrupted()) {
                    return condition.isMet();
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            parked.remove(self);
        }
    }

    /** From now on the peer rings the control loop. */
    private synchronized void enterLoop() {
        if (loopSlot == null && !closed) {
            DoorbellSlot slot = loop.doorbell().slot(ring.group());
            // There is none only when the link group has ended, which the waiting are told otherwise.
            if (slot != null) {
                loopSlot = slot;
                ring.ringAt(slot, this);
            }
        }
    }

    /** The peer need not ring for nothing, but a virtual thread may be waiting here, to write or to read. */
    private synchronized void leaveLoopIfUnused() {
        if (parked.isEmpty() && listener == null) {
            leaveLoop();
        }
    }

    private void leaveLoop() {
        listener = null;
        if (loopSlot != null) {
            ring.silence(loopSlot);
            loopSlot = null;
        }
    }

    /** The control loop has been rung. */
    @Override
    public void rung() {
        parked.forEach(LockSupport::unpark);
        Doorbell.Listener told = listener;
        if (told != null) {
            told.rung();
        }
    }

    /** Has the control loop tell somebody of all news. */
    synchronized void ringAtLoop(Doorbell.Listener value) {
        silenceSelector();
        listener = value;
        enterLoop();
    }

    /** Has a selector told of all news, and nobody else; {@code false} if its doorbell has no slot left. */
    synchronized boolean ringAt(Doorbell doorbell, Doorbell.Listener value) {
        if (closed) {
            return true;
        }
        leaveLoop();
        silenceSelector();
        DoorbellSlot slot = doorbell.slot(ring.group());
        if (slot == null) {
            return false;
        }
        selector = doorbell;
        selectorSlot = slot;
        ring.ringAt(slot, value);
        return true;
    }

    /** A selector is not to be told any more; it may be another one's turn already. */
    synchronized void silence(Doorbell doorbell) {
        if (selector == doorbell) {
            silenceSelector();
        }
    }

    private void silenceSelector() {
        if (selectorSlot != null) {
            ring.silence(selectorSlot);
            selectorSlot = null;
            selector = null;
        }
    }

    /** Wakes everybody who waits here. */
    synchronized void wake() {
        if (!closed) {
            ring.wake();
        }
        rung();
    }

    /** Nobody waits any more; the ring is not used from now on. */
    synchronized void close() {
        closed = true;
        leaveLoop();
        silenceSelector();
    }
}
