package io.smc4j.samples.benchmark.driver;

import java.util.HashMap;
import java.util.Map;

/** The figures of a peer's answer, {@code ok key=value ...}. */
record Answer(String peer, Map<String, Long> figures) {

    private static final String FAILED = "failed";

    /** @throws MeasurementException with the peer's reason if it is no {@code ok} */
    static Answer parse(String peer, String command, String line) {
        String[] words = line.strip().split("\\s+");
        if (!words[0].equals("ok")) {
            throw new MeasurementException(peer + ": " + command + ": " + reason(line));
        }
        Map<String, Long> figures = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            try {
                figures.put(words[i].substring(0, Math.max(0, equals)), Long.parseLong(words[i].substring(equals + 1)));
            } catch (NumberFormatException e) {
                throw new MeasurementException(peer + ": " + command + ": no figure is " + words[i]);
            }
        }
        return new Answer(peer, figures);
    }

    /** Why something failed, from {@code failed TEXT}. */
    static String reason(String line) {
        return line.startsWith(FAILED) ? line.substring(FAILED.length()).strip() : "answered '" + line + "'";
    }

    /** @throws MeasurementException if the peer has not told it */
    long get(String key) {
        Long value = figures.get(key);
        if (value == null) {
            throw new MeasurementException(peer + " does not tell " + key);
        }
        return value;
    }
}
