package io.smc4j.engine.nio;

import io.smc4j.engine.SmcMode;

/** Adds up payload bytes by what has carried them. */
interface TrafficSum {

    /** Adds what one connection has moved in one way. */
    void traffic(SmcMode mode, long sent, long received);
}
