package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is measured unless the command line says something else. */
final class Plan {

    private static final int KIB = 1024;
    private static final long MOST_BYTES_AT_ONCE = 64L * 1024 * KIB;

    private static final List<String> REACTIVE = List.of("smc", "nio", "epoll", "uds", "io_uring", "local");
    private static final List<String> BLOCKING = List.of("smc", "tomcat-nio", "jdk");
    private static final List<String> RAW =
            List.of("smc", "jdk", "uds", "smc-selector", "jdk-selector", "uds-selector");
    /** All there are, in the order of the tables. */
    private static final Map<String, List<String>> TRANSPORTS = transports();

    private static final List<String> QUICK_PAIRS = List.of("web-client", "rest-client", "stream");
    private static final List<String> QUICK_REACTIVE = List.of("smc", "nio", "epoll", "uds");
    private static final List<String> QUICK_RAW = List.of("smc", "jdk", "uds");
    /** Ends the name of a transport that SMC's channels use without SMC. */
    static final String FALLBACK = "-fallback";

    private final Options options;

    Plan(Options options) {
        this.options = options;
    }

    private static Map<String, List<String>> transports() {
        Map<String, List<String>> transports = new LinkedHashMap<>();
        transports.put("web-client", REACTIVE);
        transports.put("http-client", REACTIVE);
        transports.put("rest-client", BLOCKING);
        transports.put("rest-template", BLOCKING);
        transports.put("ping-pong", RAW);
        transports.put("stream", RAW);
        transports.put("connect", List.of("smc", "jdk"));
        transports.put("contact", List.of("smc"));
        return transports;
    }

    /** @throws IllegalArgumentException if a pair or a transport is asked for that is none */
    static void check(List<String> pairs, List<String> transports) {
        for (String pair : pairs) {
            if (!TRANSPORTS.containsKey(pair)) {
                throw new IllegalArgumentException("no pair is " + pair);
            }
        }
        for (String transport : transports) {
            if (TRANSPORTS.keySet().stream().noneMatch(pair -> isOf(pair, transport))) {
                throw new IllegalArgumentException("no transport is " + transport);
            }
        }
    }

    private static boolean isOf(String pair, String transport) {
        String channels = transport.startsWith("smc") && transport.endsWith(FALLBACK)
                ? transport.substring(0, transport.length() - FALLBACK.length()) : transport;
        return TRANSPORTS.get(pair).contains(channels);
    }

    /** The comparisons that are asked for; none if only scenarios are. */
    List<Task> tasks() {
        List<Task> tasks = new ArrayList<>();
        for (String pair : pairs()) {
            for (int loops : loops(pair)) {
                List<Variant> variants = variants(pair, loops);
                if (!variants.isEmpty()) {
                    tasks.add(new Task("", variants, loads(pair), Conditions.of(options)));
                }
            }
        }
        return tasks;
    }

    private List<String> pairs() {
        if (!options.pairs().isEmpty()) {
            return options.pairs();
        }
        if (!options.scenarios().isEmpty()) {
            return List.of();
        }
        return options.quick() ? QUICK_PAIRS : TRANSPORTS.keySet().stream()
                .filter(pair -> !pair.equals("connect") && !pair.equals("contact")).toList();
    }

    /**
     * One event loop for each side, and the number that the libraries choose; of no meaning for pairs without event
     * loops.
     */
    private List<Integer> loops(String pair) {
        if (!isReactive(pair)) {
            return List.of(0);
        }
        return !options.loops().isEmpty() ? options.loops() : options.quick() ? List.of(0) : List.of(1, 0);
    }

    private static boolean isReactive(String pair) {
        return TRANSPORTS.get(pair) == REACTIVE;
    }

    /** Those asked for that the pair has. */
    private List<Variant> variants(String pair, int loops) {
        List<String> transports = !options.transports().isEmpty()
                ? options.transports().stream().filter(transport -> isOf(pair, transport)).toList()
                : !options.quick() ? TRANSPORTS.get(pair)
                : isReactive(pair) ? QUICK_REACTIVE : TRANSPORTS.get(pair) == RAW ? QUICK_RAW : TRANSPORTS.get(pair);
        return transports.stream().map(transport -> new Variant(pair, transport, loops, options.settings())).toList();
    }

    private List<Load> loads(String pair) {
        List<Load> loads = new ArrayList<>();
        for (int rate : options.rates().isEmpty() ? List.of(0) : options.rates()) {
            for (int body : bodies(pair)) {
                for (int connections : connections(pair)) {
                    if ((long) connections * body <= MOST_BYTES_AT_ONCE || !options.connections().isEmpty()) {
                        loads.add(new Load(connections, body, rate));
                    }
                }
            }
        }
        if (options.rates().isEmpty() && !options.quick() && isReactive(pair) && options.connections().isEmpty()) {
            loads.add(new Load(1, 128, 800));
            loads.add(new Load(16, 128, 10_000));
        }
        return loads;
    }

    private List<Integer> connections(String pair) {
        if (!options.connections().isEmpty()) {
            return options.connections();
        }
        return switch (pair) {
            case "stream", "connect", "contact" -> List.of(1, 8);
            case "rest-client", "rest-template" -> options.quick() ? List.of(1, 16) : List.of(1, 8, 16, 64, 256);
            default -> options.quick() ? List.of(1, 8, 64) : List.of(1, 8, 64, 256, 1000);
        };
    }

    private List<Integer> bodies(String pair) {
        if (!options.bodies().isEmpty()) {
            return options.bodies();
        }
        return switch (pair) {
            case "stream" -> List.of(64 * KIB);
            case "ping-pong" -> options.quick() ? List.of(128) : List.of(128, 10 * KIB);
            case "connect", "contact" -> List.of(0);
            default -> options.quick() ? List.of(128) : List.of(128, 10 * KIB, 128 * KIB, 1024 * KIB);
        };
    }
}
