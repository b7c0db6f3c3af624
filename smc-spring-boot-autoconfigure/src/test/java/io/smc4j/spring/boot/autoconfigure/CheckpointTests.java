package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.crac.CheckpointApplication;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole applications on what {@code org.crac} takes for a JVM with CRaC. */
class CheckpointTests {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void theEngineIsClosedBeforeAndAnotherOpenAfterwards(String type) throws Exception {
        ApplicationProcess application = ApplicationProcess.run(CheckpointApplication.class.getName(),
                List.of("-Dorg.crac.Core.Compat=" + CheckpointApplication.class.getPackageName()), List.of(), directory,
                "--server.port=0", "--spring.main.web-application-type=" + type);
        assertThat(application.exitCode()).as(application.output()).isZero();
        for (String when : new String[] {"BEFORE", "AFTER"}) {
            assertThat(application.output()).contains(when + " WebClient hello by SMCD");
            if (type.equals("servlet")) {
                assertThat(application.output()).contains(when + " RestClient hello by SMCD");
            }
        }
        // The JDK has a socket of its own, by which it ends what others wait for.
        assertThat(application.output().lines().filter(line -> line.startsWith("OPEN AT CHECKPOINT ")).toList())
                .hasSizeLessThanOrEqualTo(1).allMatch(line -> line.contains("socket"));
    }
}
