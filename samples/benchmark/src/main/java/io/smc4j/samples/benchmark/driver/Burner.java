package io.smc4j.samples.benchmark.driver;

import java.io.IOException;

/** The process that computes for ever: one, so that nothing of it can be left behind when its standard input ends. */
public final class Burner {

    private static volatile long turns;

    private Burner() {
    }

    /** Keeps a processor busy until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                turns = turns + 1;
            }
        });
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Nothing is said to it.
        }
        Runtime.getRuntime().halt(0);
    }
}
