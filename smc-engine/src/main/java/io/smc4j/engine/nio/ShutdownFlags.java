package io.smc4j.engine.nio;

/** Which of a channel's streams its application has shut down. Set once, by any thread. */
final class ShutdownFlags {

    volatile boolean input;
    volatile boolean output;
}
