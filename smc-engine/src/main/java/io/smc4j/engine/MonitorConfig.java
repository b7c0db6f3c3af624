package io.smc4j.engine;

import java.time.Duration;

/**
 * How an engine watches itself. Immutable.
 *
 * @param enabled whether rates are measured and slow readers found
 * @param slowAfter how long a reader takes nothing while bytes wait before it counts as slow
 * @param warnAt percent of a limit from which on a resource counts as scarce
 */
public record MonitorConfig(boolean enabled, Duration slowAfter, int warnAt) {

    /** How long a reader takes nothing before it counts as slow, unless configured. */
    public static final Duration DEFAULT_SLOW_AFTER = Duration.ofSeconds(5);

    /** Percent of a limit from which on a resource counts as scarce, unless configured. */
    public static final int DEFAULT_WARN_AT = 80;

    /** The defaults. */
    public static final MonitorConfig DEFAULTS = new MonitorConfig(true, DEFAULT_SLOW_AFTER, DEFAULT_WARN_AT);

    /**
     * Checks the ranges.
     *
     * @throws InvalidSettingException naming what is not permitted
     */
    public MonitorConfig {
        InvalidSettingException.requireDuration("monitor.slow-after", slowAfter, Duration.ofMillis(1),
                Duration.ofDays(1), "1ms and 1d");
        InvalidSettingException.requireNumber("monitor.warn-at", warnAt, 1, 100);
    }
}
