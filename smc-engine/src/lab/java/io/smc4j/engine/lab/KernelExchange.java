package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bytes between two processes that use the kernel's SMC. */
final class KernelExchange {

    private KernelExchange() {
    }

    /**
     * Has {@code smc.py} listen in one role and connect in another, and asserts that all connections are SMC-R and that
     * what one side sent has come to the other.
     */
    static void run(Guest.End client, Guest.End server, String serverRole, int connections, String clientRole,
            String... options)
            throws Exception {
        try (GuestProcess listener = GuestProcess.smc("listen", serverRole, server.ip(), "0",
                "--accept", Integer.toString(connections), "--require", "SMCR")) {
            List<String> arguments = new ArrayList<>(List.of("connect", clientRole, server.ip(),
                    Integer.toString(listener.awaitPort()), "--require", "SMCR"));
            arguments.addAll(List.of(options));
            try (GuestProcess connector = GuestProcess.smc(arguments.toArray(String[]::new))) {
                connector.awaitSuccess();
                listener.awaitSuccess();
                List<Map<String, String>> connected = connections(connector);
                assertThat(connected).hasSize(connections).allSatisfy(connection -> {
                    assertThat(connection.get("local")).startsWith(client.ip() + ":");
                    assertThat(connection.get("peer")).startsWith(server.ip() + ":");
                });
                assertThat(values(connections(listener), "received_sha256"))
                        .containsExactlyInAnyOrderElementsOf(values(connected, "sent_sha256"));
                assertThat(values(connected, "received_sha256"))
                        .containsExactlyInAnyOrderElementsOf(values(connections(listener), "sent_sha256"));
            }
        }
    }

    private static List<Map<String, String>> connections(GuestProcess process) {
        return process.lines().stream().filter(line -> line.startsWith("connection ")).map(Guest::fields).toList();
    }

    private static List<String> values(List<Map<String, String>> connections, String name) {
        return connections.stream().map(connection -> connection.get(name)).toList();
    }
}
