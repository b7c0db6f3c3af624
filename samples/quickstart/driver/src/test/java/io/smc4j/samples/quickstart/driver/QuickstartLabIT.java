package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both applications over SMC-R, in the lab's machine. */
@Tag("lab")
class QuickstartLabIT {

    private static final int LIMIT_SECONDS = 900;

    @Test
    void theApplicationsCallEachOtherOverRdma() throws Exception {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        Path log = Files.createDirectories(module.resolve("target/lab")).resolve("quickstart.log");
        Process machine = new ProcessBuilder(module.resolve("../../../smc-engine/src/lab/lab").normalize().toString(), "--tied",
                "--timeout", Integer.toString(LIMIT_SECONDS), "--ueid", "SMC4J", "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                SmcrTrial.class.getName(), module.getParent().toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            int status = machine.waitFor();

            List<String> lines = Files.readAllLines(log);
            assertThat(status).as("status of the machine, which printed %s", String.join("\n", lines)).isZero();
            assertThat(lines).filteredOn(line -> line.startsWith("HOLDS ")).hasSizeGreaterThan(15);
        } finally {
            machine.destroy();
        }
    }
}
