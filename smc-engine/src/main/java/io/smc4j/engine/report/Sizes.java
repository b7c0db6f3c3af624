package io.smc4j.engine.report;

import java.util.Locale;

/** Sizes as people read them. */
public final class Sizes {

    private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB"};

    private Sizes() {
    }

    /** For example {@code 256 KB} or {@code 1.5 MB}; units are powers of 1024. */
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String digits = (value == Math.rint(value)) ? "%.0f" : "%.1f";
        return String.format(Locale.ROOT, digits + " %s", value, UNITS[unit]);
    }
}
