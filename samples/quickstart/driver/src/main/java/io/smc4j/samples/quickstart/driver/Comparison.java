package io.smc4j.samples.quickstart.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** All that was found out. Its JSON form is what {@code --json} writes. */
record Comparison(List<Row> hops, Fallback fallback) {

    /** TCP and SMC for one hop and one number of connections. */
    record Row(String name, String client, String server, String mode, int connections, Sample tcp, Sample smc) {
    }

    /** How a blacklisted peer was reached, and why so. */
    record Fallback(String mode, String reason) {
    }

    void writeTo(Path file) {
        try {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
        } catch (IOException e) {
            throw new QuickstartException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** The figures side by side, with SMC divided by TCP. */
    String table() {
        StringBuilder table = new StringBuilder();
        table.append("%-28s %5s %25s %19s %19s %25s%n".formatted(
                "", "", "requests/s       ", "p50 µs     ", "p99 µs     ", "CPU µs per request   "));
        table.append("%-28s %5s %9s %9s %5s %9s %9s %9s %9s %9s %9s %5s%n".formatted("", "conns",
                "TCP", "SMC", "ratio", "TCP", "SMC", "TCP", "SMC", "TCP", "SMC", "ratio"));
        for (Row row : hops) {
            Sample tcp = row.tcp();
            Sample smc = row.smc();
            table.append("%-28s %5d %9.0f %9.0f %5.2f %9.0f %9.0f %9.0f %9.0f %9.1f %9.1f %5.2f%n".formatted(
                    row.name(), row.connections(), tcp.rps(), smc.rps(), smc.rps() / tcp.rps(), tcp.p50(), smc.p50(),
                    tcp.p99(), smc.p99(), tcp.cpu(), smc.cpu(), smc.cpu() / tcp.cpu()));
        }
        return table.toString();
    }
}
