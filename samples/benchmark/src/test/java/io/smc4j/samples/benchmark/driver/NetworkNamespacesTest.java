package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkNamespacesTest {

    private static String output(Place place, String role, String... command) throws Exception {
        Process process = new ProcessBuilder(place.command(role, List.of(command))).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void givesEachProcessANamespaceOfItsOwnAndTheOthersAddress() throws Exception {
        assumeThatCode(() -> NetworkNamespaces.open().close()).doesNotThrowAnyException();
        Place met;
        try (NetworkNamespaces namespaces = NetworkNamespaces.open()) {
            met = namespaces.met();
            String client = output(met, "client", "readlink", "/proc/self/ns/net");

            assertThat(output(met, "server", "readlink", "/proc/self/ns/net")).isNotEqualTo(client)
                    .isNotEqualTo(output(Place.HERE, "server", "readlink", "/proc/self/ns/net"));
            assertThat(output(namespaces.together(), "server", "readlink", "/proc/self/ns/net")).isEqualTo(client);
            assertThat(output(met, "server", "ip", "-4", "-o", "address", "show")).contains(met.host());
            assertThat(output(met, "client", "ip", "route", "get", met.host())).contains("dev wire");
            assertThat(met.arguments("server", true)).containsExactly("--host", met.host(), "--smc",
                    "directory=" + met.directories().server());
            assertThat(Path.of(met.directories().client())).isDirectory().hasToString(met.directories().server());
        }

        assertThat(Path.of(met.directories().client())).doesNotExist();
    }
}
