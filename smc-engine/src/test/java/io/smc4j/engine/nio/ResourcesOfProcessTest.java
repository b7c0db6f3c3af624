package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the monitor says of descriptors and mappings is what the kernel says, and what the documentation says. */
@Timeout(value = 500, threadMode = SEPARATE_THREAD)
class ResourcesOfProcessTest {

    private static final int DESCRIPTORS = 0;
    private static final int SEGMENTS = 1;
    private static final int MAPPINGS = 2;
    private static final int LINK_GROUPS = 3;

    private final Map<String, long[]> stages = new HashMap<>();

    /** In a process of its own, in which nothing but engines opens sockets. */
    @Test
    void whatOneMorePeerCosts() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
                System.getProperty("java.class.path"), ResourcesOfProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var lines = process.inputReader()) {
            lines.lines().forEach(this::record);
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(stages).containsOnlyKeys("none", "one", "two", "three", "closed");
        for (String[] step : new String[][] {{"none", "one"}, {"one", "two"}}) {
            assertThat(more(step, SEGMENTS)).as("segments of both ends").isEqualTo(2);
            assertThat(more(step, MAPPINGS)).as("mappings of both ends").isEqualTo(4);
            // The two ends of the TCP connection; of each end a memfd, the control socket, and the socket by which the
            // control loop is woken.
            assertThat(more(step, DESCRIPTORS)).as("descriptors of both ends").isEqualTo(10);
        }
        String[] connection = {"two", "three"};
        assertThat(more(connection, SEGMENTS)).isZero();
        assertThat(more(connection, MAPPINGS)).isZero();
        assertThat(more(connection, DESCRIPTORS)).as("the two ends of a TCP connection").isEqualTo(2);
        assertThat(stages.get("closed")[LINK_GROUPS]).isZero();
        assertThat(stages.get("closed")[MAPPINGS]).isZero();
    }

    private long more(String[] step, int index) {
        return stages.get(step[1])[index] - stages.get(step[0])[index];
    }

    private void record(String line) {
        String[] parts = line.split(": | = ");
        assertThat(parts[1]).as("%s: what the monitor and what the kernel says", parts[0]).isEqualTo(parts[2]);
        stages.put(parts[0], Arrays.stream(parts[1].split(" ")).mapToLong(Long::parseLong).toArray());
    }
}
