package io.smc4j.engine.smcr;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The RMBs of a link group that connections receive into, by their places. Changed on the control loop, read by any
 * thread.
 */
final class RmbTable {

    /** Connections whose tokens differ in the lowest byte. */
    private static final int PLACES = 256;

    private final AtomicReferenceArray<SmcrLocalRing> places = new AtomicReferenceArray<>(PLACES);
    private volatile int count;
    private volatile long memory;

    /** The place of the connection that a token names. */
    static int place(int token) {
        return token & PLACES - 1;
    }

    /** Returns -1 if there is none. */
    int freePlace() {
        for (int i = 0; i < PLACES; i++) {
            if (places.get(i) == null) {
                return i;
            }
        }
        return -1;
    }

    synchronized void put(SmcrLocalRing rmb) {
        places.set(place(rmb.token()), rmb);
        count++;
        memory += rmb.size();
    }

    /** Returns whether it was there. */
    synchronized boolean remove(SmcrLocalRing rmb) {
        if (!places.compareAndSet(place(rmb.token()), rmb, null)) {
            return false;
        }
        count--;
        memory -= rmb.size();
        return true;
    }

    /** The RMB that a token names, or {@code null}. */
    SmcrLocalRing find(int token) {
        SmcrLocalRing rmb = places.get(place(token));
        return rmb != null && rmb.token() == token ? rmb : null;
    }

    List<SmcrLocalRing> all() {
        List<SmcrLocalRing> all = new ArrayList<>(count);
        for (int i = 0; i < PLACES; i++) {
            SmcrLocalRing rmb = places.get(i);
            if (rmb != null) {
                all.add(rmb);
            }
        }
        return all;
    }

    /** How many send over a link. */
    int countOver(SmcrPeerRing.Path link) {
        int found = 0;
        for (int i = 0; i < PLACES; i++) {
            SmcrLocalRing rmb = places.get(i);
            if (rmb != null && rmb.sender() != null && rmb.sender().link() == link) {
                found++;
            }
        }
        return found;
    }

    int count() {
        return count;
    }

    /** In bytes. */
    long memory() {
        return memory;
    }
}
