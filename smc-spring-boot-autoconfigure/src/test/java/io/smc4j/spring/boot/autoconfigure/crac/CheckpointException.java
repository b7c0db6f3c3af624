package io.smc4j.spring.boot.autoconfigure.crac;

/** As in {@code jdk.crac}. */
public class CheckpointException extends Exception {
}
