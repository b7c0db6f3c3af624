package io.smc4j.engine.smcd;

import io.smc4j.engine.link.DoorbellSlot;

/** How the two processes of a link group come by the sockets with which they wake each other's doorbells. */
interface Wakers {

    /** A doorbell was opened here; with the link group's lock held. */
    void opened(DoorbellSlot slot, int generation);

    /**
     * The peer has opened a doorbell.
     *
     * @param name what it calls the socket that wakes it
     */
    void doorbell(int number, int generation, long name);

    /**
     * The peer is ready to wake a doorbell of ours.
     *
     * @param name what it calls the socket by which it does
     */
    void waker(DoorbellSlot slot, int generation, long name);

    /** The link group ends. */
    void close();
}
