package io.smc4j.engine.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit of this process.
 *
 * @param soft in force; {@link #UNLIMITED} without a limit, 0 if it is not known
 * @param hard what the soft limit can be raised to, likewise
 */
record ResourceLimit(long soft, long hard) {

    static final long UNLIMITED = Long.MAX_VALUE;

    /** Reads a limit by its name in {@code /proc/self/limits}. */
    static ResourceLimit read(ProcFiles files, String name) {
        Pattern line = Pattern.compile(Pattern.quote(name) + "\\s+(\\S+)\\s+(\\S+).*");
        return files.lines("proc/self/limits").stream()
                .map(line::matcher)
                .filter(Matcher::matches)
                .map(fields -> new ResourceLimit(value(fields.group(1)), value(fields.group(2))))
                .findFirst()
                .orElse(new ResourceLimit(0, 0));
    }

    private static long value(String text) {
        return text.equals("unlimited") ? UNLIMITED : Long.parseLong(text);
    }

    String inUnits() {
        return text(soft, "") + " (hard limit " + text(hard, "") + ")";
    }

    String inBytes() {
        return text(soft, " KiB") + " (hard limit " + text(hard, " KiB") + ")";
    }

    private static String text(long value, String unit) {
        return value == UNLIMITED ? "unlimited" : (unit.isEmpty() ? value : value / 1024) + unit;
    }
}
