package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the JIT compilers of a variant are, as told by the rates of its turns: what is measured before shows them.
 */
final class WarmUp {

    static final int TURN_MILLIS = 5_000;
    /** 15 seconds. */
    static final int LEAST_TURNS = 3;
    private static final int MOST_TURNS = 12;
    private static final int MOST_QUICK_TURNS = 5;
    private static final double STILL_WARMING = 1.05;

    private final int most;
    private final List<Double> rates = new ArrayList<>();

    WarmUp(boolean quick) {
        most = quick ? MOST_QUICK_TURNS : MOST_TURNS;
    }

    void turn(double rate) {
        rates.add(rate);
    }

    /** Whether the last turn was not much faster than the one before, or patience is at its end. */
    boolean isDone() {
        int turns = rates.size();
        return turns >= most
                || turns >= LEAST_TURNS && rates.get(turns - 1) <= rates.get(turns - 2) * STILL_WARMING;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("requests/s");
        rates.forEach(rate -> text.append(' ').append(Math.round(rate)));
        return text.toString();
    }
}
