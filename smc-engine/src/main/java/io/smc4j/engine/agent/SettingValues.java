package io.smc4j.engine.agent;

import io.smc4j.engine.InvalidSettingException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads texts as Spring Boot reads those of properties. */
final class SettingValues {

    private static final Pattern SIZE = Pattern.compile("(-?\\d{1,18})(|B|KB|MB|GB|TB)");
    private static final Pattern DURATION = Pattern.compile("([+-]?\\d{1,12})(|ns|us|ms|s|m|h|d)");

    private final GivenSettings given;

    SettingValues(GivenSettings given) {
        this.given = given;
    }

    boolean flag(Setting setting, boolean otherwise) {
        String text = given.text(setting);
        if (text == null) {
            return otherwise;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidSettingException(setting.property(), text, "true or false");
        };
    }

    int number(Setting setting, int otherwise) {
        String text = given.text(setting);
        try {
            return text == null ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidSettingException(setting.property(), text, "a number");
        }
    }

    /** Bytes. */
    long size(Setting setting, long otherwise) {
        String text = given.text(setting);
        if (text == null) {
            return otherwise;
        }
        Matcher size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        try {
            if (size.matches()) {
                return Math.multiplyExact(Long.parseLong(size.group(1)), switch (size.group(2)) {
                    case "KB" -> 1L << 10;
                    case "MB" -> 1L << 20;
                    case "GB" -> 1L << 30;
                    case "TB" -> 1L << 40;
                    default -> 1L;
                });
            }
        } catch (ArithmeticException e) {
            // As one that cannot be read.
        }
        throw new InvalidSettingException(setting.property(), text, "a size such as 65536, 64KB or 4MB");
    }

    /** What does not fit into an {@code int} is out of the range of any buffer as well. */
    int bufferSize(Setting setting, int otherwise) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size(setting, otherwise)));
    }

    Duration duration(Setting setting, Duration otherwise) {
        String text = given.text(setting);
        if (text == null) {
            return otherwise;
        }
        Matcher simple = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        try {
            return simple.matches() ? Duration.of(Long.parseLong(simple.group(1)), unit(setting, simple.group(2)))
                    : Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidSettingException(setting.property(), text, "a duration such as 50us, 500ms, 5s or 10m");
        }
    }

    private static ChronoUnit unit(Setting setting, String suffix) {
        return switch (suffix) {
            case "ns" -> ChronoUnit.NANOS;
            case "us" -> ChronoUnit.MICROS;
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            case "d" -> ChronoUnit.DAYS;
            default -> setting == Setting.SPIN_LIMIT ? ChronoUnit.MICROS : ChronoUnit.MILLIS;
        };
    }

    <E extends Enum<E>> E constant(Setting setting, Class<E> type, E otherwise) {
        return constant(setting.property(), given.text(setting), type, otherwise);
    }

    static <E extends Enum<E>> E constant(String name, String text, Class<E> type, E otherwise) {
        if (text == null) {
            return otherwise;
        }
        StringBuilder all = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
            all.append(all.isEmpty() ? "" : ", ").append(constant.name().toLowerCase(Locale.ROOT));
        }
        throw new InvalidSettingException(name, text, "one of " + all);
    }
}
