package io.smc4j.engine;

import java.time.Duration;

/**
 * How bytes flow: on one connection, or on several taken together. As the monitor saw it last, which looks once a
 * second.
 *
 * @param last1s bytes per second in the last second
 * @param last10s bytes per second in the last ten seconds
 * @param last60s bytes per second in the last minute
 * @param unread bytes that the application could read and has not; of TCP as well, where the kernel was asked
 * @param unreadFor how long it has taken nothing while bytes wait; of several connections the longest
 * @param stalled how long writers found no room on the way to the peer, ever; of several connections the sum
 * @param peerStalled how long the peer's writers found no room on the way here, as the monitor saw it; 0 for TCP
 */
public record SmcFlow(Rate last1s, Rate last10s, Rate last60s, long unread, Duration unreadFor, Duration stalled,
        Duration peerStalled) {

    /** Nothing flows. */
    public static final SmcFlow NONE =
            new SmcFlow(Rate.NONE, Rate.NONE, Rate.NONE, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /**
     * Bytes per second.
     *
     * @param sent written by the application
     * @param received read by it
     */
    public record Rate(long sent, long received) {

        static final Rate NONE = new Rate(0, 0);
    }
}
