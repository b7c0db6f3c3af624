package io.smc4j.samples.quickstart.driver;

import java.util.List;
import java.util.Objects;

/**
 * What {@code /actuator/smc} says; of its fields, those of interest here.
 *
 * @param available whether SMC is on
 * @param cause why it is not
 */
record SmcReport(boolean available, String cause, List<Connection> connections) {

    static final String PATH = "/actuator/smc";

    /**
     * @param role {@code CLIENT} or {@code SERVER}
     * @param peer the other end, as {@code address:port}
     * @param mode {@code SMCD}, {@code SMCR}, {@code TCP}, or {@code null} while it is being negotiated
     */
    record Connection(String role, String peer, String mode, Reason fallbackReason) {
    }

    record Reason(String name, String text) {
    }

    /** How the application's open connections to a server run. */
    HopMode hopMode(int serverPort) {
        if (!available) {
            return new HopMode(HopMode.TCP, 0, cause);
        }
        List<Connection> toServer = connections.stream()
                .filter(c -> c.role().equals("CLIENT") && c.peer().endsWith(":" + serverPort) && c.mode() != null)
                .toList();
        if (toServer.isEmpty()) {
            return new HopMode(HopMode.TCP, 0, "no connection made through SMC channels");
        }
        return toServer.stream()
                .filter(c -> c.mode().equals(HopMode.TCP))
                .findFirst()
                .map(tcp -> new HopMode(HopMode.TCP, toServer.size(), reason(tcp)))
                .orElseGet(() -> new HopMode(toServer.get(0).mode(), toServer.size(), null));
    }

    private static String reason(Connection connection) {
        Reason reason = connection.fallbackReason();
        return reason == null ? "no reason given" : Objects.requireNonNullElse(reason.text(), reason.name());
    }
}
