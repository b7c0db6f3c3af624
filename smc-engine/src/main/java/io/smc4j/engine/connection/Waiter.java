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
 * How threads wait for one connection: a platform thread polls for a moment, then sleeps on the futex word in the
 * connection's control block; a virtual thread parks and is woken by the control loop, since a futex would hold its carrier.
 */
final class Waiter implements Doorbell.Listener {

    private final LocalRing ring;
    private final ControlLoop loop;
    private final Set<Thread> parked = ConcurrentHashMap.newKeySet();
    private volatile DoorbellSlot loopSlot;

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
        if (spinner.spin(quick, ring.peerProcessor())) {
            return true;
        }
        return sleep(thorough, spinner, timeoutNanos);
    }

    private boolean sleep(Spinner.Condition condition, Spinner spinner, long timeoutNanos) {
        leaveLoop();
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
            enterLoop(this);
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
    void enterLoop(Doorbell.Listener listener) {
        if (loopSlot == null) {
            DoorbellSlot slot = loop.doorbell().slot(ring.group());
            if (slot != null) {
                loopSlot = slot;
                ring.ringAt(slot, listener);
            }
        }
    }

    /** The peer need not ring the control loop any more. */
    void leaveLoop() {
        DoorbellSlot slot = loopSlot;
        if (slot != null) {
            loopSlot = null;
            ring.silence(slot);
        }
    }

    @Override
    public void rung() {
        parked.forEach(LockSupport::unpark);
    }

    /** Wakes everybody who waits here. */
    void wake() {
        ring.wake();
        rung();
    }
}
