package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that {@code ./quickstart --namespaces} calls, with another one in the place of the driver. */
@Timeout(120)
class InNamespacesTest {

    private static final List<String> NAMESPACE = List.of("unshare", "--user", "--map-root-user", "--net", "--");

    @TempDir
    private Path directory;

    @BeforeEach
    void requireNamespaces() throws Exception {
        Path log = directory.resolve("log");
        assumeTrue(run(log, "sh", "-c", "command -v ip nsenter && unshare --net true") == 0,
                () -> "needs iproute2, util-linux and user namespaces");
    }

    @Test
    void runsTheDriverWithADirectoryAndAWayToTheOtherNamespace() throws Exception {
        Path driver = Files.writeString(directory.resolve("driver"), """
                shared=${1#-Dquickstart.directory=}
                stat -c '%a' "$shared"
                echo "$shared"
                enter=${4#-Dquickstart.catalog.enter=}
                ip route get "${3#-Dquickstart.catalog.address=}" | head -n 1
                $enter ip -o -4 address show smc4j0
                echo "$5"
                exit 7
                """);
        Files.writeString(directory.resolve("java"), "#!/bin/sh\n. " + driver + "\n");
        assertThat(directory.resolve("java").toFile().setExecutable(true)).isTrue();
        Path output = directory.resolve("output");

        int status = run(output, script(), directory.resolve("java").toString(), "-jar");

        List<String> lines = Files.readAllLines(output);
        assertThat(status).as("%s", lines).isEqualTo(7);
        assertThat(lines.get(0)).isEqualTo("1777");
        assertThat(Path.of(lines.get(1))).isAbsolute().doesNotExist();
        assertThat(lines.get(2)).contains("10.99.97.2 dev smc4j0");
        assertThat(lines.get(3)).contains("inet 10.99.97.2/30");
        assertThat(lines.get(4)).isEqualTo("-jar");
    }

    private static int run(Path output, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(NAMESPACE);
        all.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (IOException e) {
            Files.writeString(output, e.toString(), StandardCharsets.UTF_8);
            return -1;
        }
    }

    private static String script() {
        Path place = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(place.resolve("samples/quickstart/in-namespaces"))) {
            place = place.getParent();
        }
        return place.resolve("samples/quickstart/in-namespaces").toString();
    }
}
