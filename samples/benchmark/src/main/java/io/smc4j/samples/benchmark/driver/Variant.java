package io.smc4j.samples.benchmark.driver;

import java.util.List;

/**
 * A server and a client process that are compared with others of the same pair.
 *
 * @param label what the variant is called in reports: the transport, and what else makes it differ
 * @param loops event loops of each side, 0 for the library's own number
 * @param settings of the engine, {@code key=value}
 * @param idle connections that are open beside the busy ones
 * @param place where its processes run
 */
record Variant(String pair, String transport, String label, int loops, List<String> settings, int idle, Place place) {

    Variant(String pair, String transport, int loops, List<String> settings) {
        this(pair, transport, transport, loops, transport.startsWith("smc") ? settings : List.of(), 0,
                Place.HERE);
    }

    Variant with(String setting, String as) {
        return new Variant(pair, transport, as, loops, List.of(setting), idle, place);
    }

    Variant withIdle(int connections) {
        return new Variant(pair, transport, label + "+" + connections + "-idle", loops, settings, connections,
                place);
    }

    /** @param as what is added to the label */
    Variant in(Place other, String as) {
        return new Variant(pair, transport, label + as, loops, settings, idle, other);
    }

    boolean isSmc() {
        return transport.startsWith("smc");
    }
}
