package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;

/** What is measured unless the command line says something else. */
final class Plan {

    private static final int KIB = 1024;

    private static final List<String> PAIRS = List.of("web-client", "http-client", "rest-client", "rest-template", "ping-pong",
            "stream");
    private static final List<String> QUICK_PAIRS = List.of("web-client", "rest-client", "stream");

    private final Options options;

    Plan(Options options) {
        this.options = options;
    }

    /** The pairs that are asked for; none if only scenarios are. */
    List<String> pairs() {
        if (!options.pairs().isEmpty()) {
            return options.pairs();
        }
        return !options.scenarios().isEmpty() ? List.of() : options.quick() ? QUICK_PAIRS : PAIRS;
    }

    /** One event loop for each side, and the number that the libraries choose; of no meaning for pairs without event loops. */
    List<Integer> loops(String pair) {
        if (!isReactive(pair)) {
            return List.of(0);
        }
        return !options.loops().isEmpty() ? options.loops() : options.quick() ? List.of(0) : List.of(1, 0);
    }

    private static boolean isReactive(String pair) {
        return pair.equals("web-client") || pair.equals("http-client");
    }

    List<Variant> variants(String pair, int loops) {
        List<String> transports = options.transports().isEmpty() ? transports(pair) : options.transports();
        return transports.stream().map(transport -> new Variant(pair, transport, loops, options.settings())).toList();
    }

    private List<String> transports(String pair) {
        return switch (pair) {
            case "web-client", "http-client" -> options.quick() ? List.of("smc", "nio", "epoll", "uds")
                    : List.of("smc", "nio", "epoll", "uds", "io_uring");
            case "rest-client", "rest-template" -> List.of("smc", "tomcat-nio", "jdk");
            case "ping-pong", "stream" -> List.of("smc", "jdk", "uds", "smc-selector", "jdk-selector", "uds-selector");
            case "connect" -> List.of("smc", "jdk");
            default -> throw new IllegalArgumentException("no pair " + pair);
        };
    }

    List<Load> loads(String pair) {
        List<Load> loads = new ArrayList<>();
        for (int rate : options.rates().isEmpty() ? List.of(0) : options.rates()) {
            for (int body : bodies(pair)) {
                for (int connections : connections(pair)) {
                    if ((long) connections * body <= 64L * 1024 * KIB || !options.connections().isEmpty()) {
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
            case "stream", "connect" -> List.of(1, 8);
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
            case "connect" -> List.of(0);
            default -> options.quick() ? List.of(128) : List.of(128, 10 * KIB, 128 * KIB, 1024 * KIB);
        };
    }
}
