package io.smc4j.samples.benchmark.driver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line.
 *
 * @param pairs what to compare, empty for all
 * @param transports to be compared, empty for all of each pair
 * @param connections numbers of busy connections, empty for the usual ones
 * @param bodies bytes of answers or messages, empty for the usual ones
 * @param loops event loops of each side, 0 for the library's own number; empty for 1 and 0
 * @param rates fixed rates besides closed loops, in requests/s; 0 is a closed loop; empty for the usual ones
 * @param burners processes that keep processors busy beside
 * @param processors how many each side may use, 0 for all
 * @param quota processors' worth of CPU time for each side, 0 for no limit
 * @param settings of the engine, {@code key=value}
 * @param patience how long an answer may take, beyond the length of what is asked for
 */
record Options(boolean quick, Path json, Path report, Path markdown, List<String> pairs, List<String> transports,
        List<Integer> connections, List<Integer> bodies, List<Integer> loops, List<Integer> rates,
        List<String> scenarios, int rounds, int millis, int burners, int processors, double quota,
        List<String> settings, Duration patience, Path logs,
        List<String> commandLine) {

    private static final List<String> SETTINGS = List.of("send-size", "receive-size", "initial-size", "memory-limit",
            "spin-mode", "spin-limit-us", "monitor");

    static final String USAGE = """
            usage: samples/benchmark/run [options]

            Compares SMC with other transports, each variant with a server and a client process of its own.

              --quick             a small part, in about five minutes
              --json FILE         write a line of JSON for each cell to FILE
              --markdown DIR      write tables and plots to DIR
              --report FILE       measure nothing, make tables and plots of what --json has written
              --pairs P,...       web-client http-client rest-client rest-template ping-pong stream connect \
            contact
              --transports T,...  smc nio epoll uds io_uring local (web-client, http-client), smc tomcat-nio jdk \
            (rest-*),
                                  smc jdk uds, each with -selector too (ping-pong, stream), smc jdk (connect), \
            smc (contact)
              --connections N,... busy connections
              --bodies N,...      bytes of an answer, a message or a buffer
              --loops N,...       event loops of each side, 0 for the library's own number
              --rates N,...       requests/s at fixed times, 0 for closed loops
              --scenario S,...    idle churn connect fallback spin burners one-processor reach monitor cold
              --rounds N          rounds of each cell (5)
              --millis N          length of a round (800)
              --burners N         processes beside that keep a processor busy each
              --processors N      processors for each side
              --cpu-quota N       CPU time for each side, in processors, as a container would get it (needs control \
            groups)
              --smc KEY=VALUE     send-size, receive-size, initial-size, memory-limit (bytes), spin-mode, \
            spin-limit-us,
                                  monitor (on, off); may be repeated
              --patience SECONDS  how long a process may take for an answer, beyond the length of a round (90)
              --help              print this text

            Each line of JSON has pair, transport, connections, body, loops, rate, rps, p50_us, p99_us, cpu_us, \
            rounds, trend.
            Exits with 0, 1 if a measurement failed or an answer was wrong, or 2 if the arguments were.
            """;

    /** @throws IllegalArgumentException with a text for the user */
    static Options parse(String[] arguments, Path module) {
        Builder options = new Builder();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--quick")) {
                options.quick = true;
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + (arguments[i].startsWith("--") ? " needs a value"
                        : "?"));
            } else {
                options.set(arguments[i], arguments[++i]);
            }
        }
        return options.build(module, List.of(arguments));
    }

    private static final class Builder {
        private boolean quick;
        private Path json;
        private Path report;
        private Path markdown;
        private List<String> pairs = List.of();
        private List<String> transports = List.of();
        private List<Integer> connections = List.of();
        private List<Integer> bodies = List.of();
        private List<Integer> loops = List.of();
        private List<Integer> rates = List.of();
        private List<String> scenarios = List.of();
        private int rounds;
        private int millis = 800;
        private int burners;
        private int processors;
        private double quota;
        private int patience = 90;
        private final List<String> settings = new ArrayList<>();

        void set(String name, String value) {
            switch (name) {
                case "--json" -> json = Path.of(value);
                case "--report" -> report = Path.of(value);
                case "--markdown" -> markdown = Path.of(value);
                case "--pairs" -> pairs = words(value);
                case "--transports" -> transports = words(value);
                case "--connections" -> connections = numbers(name, value);
                case "--bodies" -> bodies = numbers(name, value);
                case "--loops" -> loops = numbers(name, value);
                case "--rates" -> rates = numbers(name, value);
                case "--scenario" -> scenarios = words(value);
                case "--rounds" -> rounds = number(name, value, 1);
                case "--millis" -> millis = number(name, value, 50);
                case "--burners" -> burners = number(name, value, 0);
                case "--processors" -> processors = number(name, value, 1);
                case "--cpu-quota" -> quota = share(name, value);
                case "--patience" -> patience = number(name, value, 1);
                case "--smc" -> settings.addAll(settings(value));
                default -> throw new IllegalArgumentException("unknown option " + name);
            }
        }

        private static List<String> words(String value) {
            return Arrays.asList(value.split(","));
        }

        private static List<Integer> numbers(String name, String value) {
            return words(value).stream().map(word -> number(name, word, 0)).toList();
        }

        private static int number(String name, String value, int least) {
            try {
                int number = Integer.parseInt(value);
                if (number >= least) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            throw new IllegalArgumentException(name + " needs a number from " + least + " on, not " + value);
        }

        private static double share(String name, String value) {
            if (!value.matches("\\d+(\\.\\d+)?") || Double.parseDouble(value) <= 0) {
                throw new IllegalArgumentException(name + " needs a number above 0, not " + value);
            }
            return Double.parseDouble(value);
        }

        private static List<String> settings(String value) {
            for (String setting : words(value)) {
                if (!setting.contains("=") || !SETTINGS.contains(setting.replaceFirst("=.+$", ""))) {
                    throw new IllegalArgumentException("--smc needs KEY=VALUE, with one of " + SETTINGS + ", not "
                            + setting);
                }
            }
            return words(value);
        }

        Options build(Path module, List<String> commandLine) {
            Plan.check(pairs, transports);
            Scenarios.check(scenarios);
            if (report != null && json != null) {
                throw new IllegalArgumentException("--report measures nothing that --json could write");
            }
            int most = rounds > 0 ? rounds : quick ? 3 : 5;
            return new Options(quick, json, report, markdown, pairs, transports, connections, bodies, loops, rates,
                    scenarios, most, millis, burners, processors, quota, List.copyOf(settings),
                    Duration.ofSeconds(patience), module.resolve("target/logs"), commandLine);
        }
    }
}
