package io.smc4j.samples.benchmark.driver;

import java.util.Locale;
import java.util.Map;

/** Numbers as they are written and read, the same in all countries. */
final class Figures {

    private Figures() {
    }

    static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** With as many decimals as make sense. */
    static String text(double value) {
        return text(value < 100 ? "%.1f" : "%,.0f", value);
    }

    static double rounded(double value, int decimals) {
        double scale = Math.pow(10, decimals);
        return Math.round(value * scale) / scale;
    }

    /** A figure of a line of JSON. */
    static double number(Map<String, Object> line, String key) {
        return ((Number) line.get(key)).doubleValue();
    }

    static int integer(Map<String, Object> line, String key) {
        return ((Number) line.get(key)).intValue();
    }
}
