package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the two processes of a variant run.
 *
 * @param enter puts a client's command into its place, and a server's
 * @param host address that a server listens on; {@code null} for the loopback address
 * @param directories that a client's engine and a server's meet others by; empty for none
 */
record Place(Both<List<String>> enter, String host, Both<String> directories) {

    /** A value for each role. */
    record Both<T>(T client, T server) {

        T of(String role) {
            return role.equals("server") ? server : client;
        }
    }

    private static final List<String> NO_PREFIX = List.of();

    /** The network namespace of this process, without a directory. */
    static final Place HERE = new Place(new Both<>(NO_PREFIX, NO_PREFIX), null, new Both<>("", ""));

    List<String> command(String role, List<String> command) {
        List<String> whole = new ArrayList<>(enter.of(role));
        whole.addAll(command);
        return whole;
    }

    /** What a peer is told about it. */
    List<String> arguments(String role, boolean engine) {
        List<String> arguments = new ArrayList<>();
        if (host != null && role.equals("server")) {
            arguments.addAll(List.of("--host", host));
        }
        if (engine) {
            arguments.addAll(List.of("--smc", "directory=" + directories.of(role)));
        }
        return arguments;
    }
}
