package io.smc4j.samples.benchmark.soak;

import java.time.Duration;

/**
 * What is asked for.
 *
 * @param serverLife how long a server lives
 */
record SoakOptions(Duration length, int workers, Duration serverLife) {

    private static final int MOST_MINUTES = 7 * 24 * 60;
    private static final int MOST_WORKERS = 10_000;
    private static final int MOST_SECONDS = 24 * 60 * 60;

    static SoakOptions parse(String... arguments) {
        int minutes = 0;
        int workers = 48;
        int seconds = 20;
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : "";
            switch (arguments[i]) {
                case "--minutes" -> minutes = number(arguments[i], value, MOST_MINUTES);
                case "--workers" -> workers = number(arguments[i], value, MOST_WORKERS);
                case "--restart-seconds" -> seconds = number(arguments[i], value, MOST_SECONDS);
                default -> throw new IllegalArgumentException("no such option: " + arguments[i]);
            }
        }
        if (minutes == 0) {
            throw new IllegalArgumentException("--minutes is missing");
        }
        return new SoakOptions(Duration.ofMinutes(minutes), workers, Duration.ofSeconds(seconds));
    }

    private static int number(String option, String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException(option + " takes a number from 1 to " + most + ", not '" + text + "'");
    }
}
