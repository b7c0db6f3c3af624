package io.smc4j.samples.quickstart.driver;

import java.util.List;

/**
 * Where an application runs.
 *
 * @param address where it listens
 * @param enter the command that runs another one there; empty for this network namespace
 */
record Place(String address, List<String> enter) {

    /** Beside the driver. */
    static final Place HERE = new Place("127.0.0.1", List.of());

    /** As the system properties {@code quickstart.<application>.address} and {@code .enter} say. */
    static Place of(String application) {
        String enter = System.getProperty("quickstart." + application + ".enter", "");
        return new Place(System.getProperty("quickstart." + application + ".address", HERE.address),
                enter.isEmpty() ? HERE.enter : List.of(enter.split(" ")));
    }

    String url(int port) {
        return "http://" + address + ":" + port;
    }
}
