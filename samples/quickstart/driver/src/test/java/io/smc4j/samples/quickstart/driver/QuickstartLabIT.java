package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both applications over SMC-R, in the lab's machine. */
@Tag("lab")
class QuickstartLabIT {

    private static final int LIMIT_SECONDS = 900;

    private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path LAB = MODULE.resolve("target/lab");

    @BeforeAll
    static void prepare() throws Exception {
        Files.createDirectories(LAB);
        for (LabApp.Kind kind : LabApp.Kind.values()) {
            AppCache.prepare(MODULE.getParent(), LAB, kind);
        }
    }

    @Test
    void theApplicationsCallEachOtherOverRdma() throws Exception {
        expectAllOf(SmcrTrial.class);
    }

    @Test
    void theApplicationsTellEachOtherByHttp() throws Exception {
        expectAllOf(HttpDiscoveryTrial.class);
    }

    private void expectAllOf(Class<?> trial) throws Exception {
        List<String> lines = run(trial);
        if (lines.stream().noneMatch(line -> line.startsWith("HOLDS "))) {
            System.out.println("lab: once more, as the machine printed " + lines);
            lines = run(trial);
        }

        assertThat(lines).noneMatch(line -> line.startsWith("FAILS ")).contains(SmcrTrial.DONE);
    }

    /** What the machine prints. */
    private List<String> run(Class<?> trial) throws Exception {
        Path log = LAB.resolve(trial.getSimpleName() + ".log");
        Process machine = new ProcessBuilder(MODULE.resolve("../../../smc-engine/src/lab/lab").normalize().toString(),
                "--tied", "--timeout", Integer.toString(LIMIT_SECONDS), "--ueid", "SMC4J", "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                trial.getName(), LAB.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            machine.waitFor();
            return Files.readAllLines(log);
        } finally {
            machine.destroy();
        }
    }
}
