package io.smc4j.engine;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A setting whose value is not permitted. It is called by the name of its property, below {@code smc}.
 */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String value;
    private final String permitted;

    /**
     * Names the setting and what would be permitted.
     *
     * @param name such as {@code buffers.send-size} or {@code policy[1].cidr}
     * @param value {@code null} if there is none
     * @param permitted what continues "must be"
     */
    public InvalidSettingException(String name, Object value, String permitted) {
        super(name + (value != null ? " is '" + value + "' but" : "") + " must be " + permitted);
        this.name = name;
        this.value = value != null ? value.toString() : null;
        this.permitted = permitted;
    }

    /** The setting's name. */
    public String name() {
        return name;
    }

    /** Its value, or {@code null} if it has none. */
    public String value() {
        return value;
    }

    /** The permitted values, continuing "must be". */
    public String permitted() {
        return permitted;
    }

    /** The same of a setting that is a part of another: {@code cidr} in {@code policy[1]} is {@code policy[1].cidr}. */
    public InvalidSettingException in(String parent) {
        return new InvalidSettingException(parent + "." + name, value, permitted);
    }

    static void requireNumber(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new InvalidSettingException(name, value, "between " + min + " and " + max);
        }
    }

    static void requireSize(String name, long bytes, long min, long max) {
        if (bytes < min || bytes > max) {
            throw new InvalidSettingException(name, bytes + "B", "between " + size(min) + " and " + size(max));
        }
    }

    /** @param range the limits as properties write them, such as {@code 1s and 1d} */
    static void requireDuration(String name, Duration value, Duration min, Duration max, String range) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidSettingException(name, value, "between " + range);
        }
    }

    static void requireSyntax(String name, String value, Pattern syntax, String permitted) {
        if (value == null || !syntax.matcher(value).matches()) {
            throw new InvalidSettingException(name, value, permitted);
        }
    }

    /** A size as properties write it, in the largest unit of which it is a multiple. */
    private static String size(long bytes) {
        String[] units = {"B", "KB", "MB", "GB"};
        int unit = 0;
        long count = bytes;
        while (count != 0 && count % 1024 == 0 && unit < units.length - 1) {
            count /= 1024;
            unit++;
        }
        return count + units[unit];
    }
}
