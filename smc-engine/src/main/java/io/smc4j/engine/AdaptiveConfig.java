package io.smc4j.engine;

import java.time.Duration;

/**
 * How an engine makes rules of its own for peers that SMC does not pay with.
 *
 * @param enabled whether it does
 * @param shortLived after how many short-lived connections in a row a listener's go to TCP; 0 for never
 * @param slowReaders how often within the duration a listener's peers become slow readers of what is sent to them until
 *        its connections go to TCP; 0 for never. Only a monitor sees it
 * @param duration for how long they do
 */
public record AdaptiveConfig(boolean enabled, int shortLived, int slowReaders, Duration duration) {

    /** No rules of its own: who measures or tests an engine wants what was asked for. Applications have them. */
    public static final AdaptiveConfig OFF = new AdaptiveConfig(false, 1000, 20, Duration.ofMinutes(10));

    private static final int MOST = 1_000_000;

    /**
     * Checks the ranges.
     *
     * @throws InvalidSettingException naming what is not permitted
     */
    public AdaptiveConfig {
        InvalidSettingException.requireNumber("adaptive.short-lived", shortLived, 0, MOST);
        InvalidSettingException.requireNumber("adaptive.slow-readers", slowReaders, 0, MOST);
        InvalidSettingException.requireDuration("adaptive.duration", duration, Duration.ofSeconds(1),
                Duration.ofDays(1), "1s and 1d");
    }
}
