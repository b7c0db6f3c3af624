package io.smc4j.engine.nio;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Connections on which nothing moves. The monitor need not look at each of them every time: who moves something tells
 * it. Turns are for what nobody here can tell: bytes of the peer that nobody reads. Guarded by the monitor's lock.
 */
final class RestingFlows {

    /** A look at one takes about 3 µs, most of it for memory that is in no cache. */
    static final int AT_ONCE = 1000;

    private final int atOnce;
    private final Queue<FlowSample> turns = new ArrayDeque<>();
    private final Queue<FlowSample> woken = new ConcurrentLinkedQueue<>();

    /** @param atOnce how many have their turn at a look */
    RestingFlows(int atOnce) {
        this.atOnce = atOnce;
    }

    void add(FlowSample sample) {
        if (sample.beginRest()) {
            turns.add(sample);
        }
    }

    /** Something has moved; any thread. */
    void wake(FlowSample sample) {
        woken.add(sample);
    }

    /** Ends the rest of those on which something has moved, and of those whose turn it is. */
    void end(Consumer<ChannelTransport> woke) {
        for (FlowSample sample = woken.poll(); sample != null; sample = woken.poll()) {
            if (sample.endRest()) {
                woke.accept(sample.channel());
            }
        }
        for (int i = Math.min(atOnce, turns.size()); i > 0; i--) {
            FlowSample sample = turns.remove();
            sample.hadTurn();
            if (sample.endRest()) {
                woke.accept(sample.channel());
            }
        }
    }

    void clear() {
        woken.clear();
        turns.clear();
    }
}
