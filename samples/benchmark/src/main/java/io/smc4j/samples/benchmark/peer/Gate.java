package io.smc4j.samples.benchmark.peer;

import java.util.ArrayList;
import java.util.List;

/** Holds answers back until as many are due as were asked for together. Thread-safe. */
final class Gate {

    private List<Runnable> held = new ArrayList<>();

    /** Runs the answer, and those held before it, on the thread that brings the last one. */
    void pass(int together, Runnable answer) {
        List<Runnable> all;
        synchronized (this) {
            held.add(answer);
            if (held.size() < together) {
                return;
            }
            all = held;
            held = new ArrayList<>();
        }
        all.forEach(Runnable::run);
    }
}
