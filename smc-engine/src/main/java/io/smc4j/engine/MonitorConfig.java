package io.smc4j.engine;

/**
 * How an engine watches itself. Immutable.
 *
 * @param warnAt percent of a limit from which on a resource counts as scarce
 */
public record MonitorConfig(int warnAt) {

    /** Percent of a limit from which on a resource counts as scarce, unless configured. */
    public static final int DEFAULT_WARN_AT = 80;

    /** The defaults. */
    public static final MonitorConfig DEFAULTS = new MonitorConfig(DEFAULT_WARN_AT);

    /**
     * Checks the range.
     *
     * @throws InvalidSettingException naming what is not permitted
     */
    public MonitorConfig {
        if (warnAt < 1 || warnAt > 100) {
            throw new InvalidSettingException("monitor.warn-at", warnAt, "between 1 and 100");
        }
    }
}
