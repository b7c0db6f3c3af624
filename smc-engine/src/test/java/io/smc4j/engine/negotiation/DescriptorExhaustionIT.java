package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that runs out of descriptors: errors and TCP, but no hang, no leak, and SMC again afterwards. */
@Timeout(120)
class DescriptorExhaustionIT {

    private static final List<String> FEW_DESCRIPTORS = List.of("bash", "-c", "ulimit -n 256; exec \"$@\"", "bash");

    @ParameterizedTest
    @ValueSource(strings = {"burst", "firstContact"})
    void aProcessSurvivesTheLackOfDescriptors(String what) throws Exception {
        try (ChildProcess process = ChildProcess.startBy(FEW_DESCRIPTORS, DescriptorHog.class, what)) {
            List<String> lines = new ArrayList<>();
            for (String line = process.line(); line != null; line = process.line()) {
                lines.add(line);
            }

            assertThat(process.exitCode()).as("exit code after %s", lines).isZero();
            assertThat(lines).last().isEqualTo("SMC again");
        }
    }
}
