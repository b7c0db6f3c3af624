package io.smc4j.samples.benchmark.driver;

public final class Driver {
    public static void main(String[] arguments) {
    }
}
