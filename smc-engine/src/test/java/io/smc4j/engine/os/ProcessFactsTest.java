package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessFactsTest {

    @Test
    void knowsTheProcessorItRunsOn() throws IOException {
        long processors = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("processor")).count();
        assertThat(Processors.current()).isBetween(0, (int) processors - 1);
    }

    @Test
    void hasNoMoreProcessorTimeThanProcessors() {
        assertThat(Processors.quota()).isNotNegative();
        assertThat(Processors.available()).isPositive().isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void knowsItsUser() throws IOException {
        assertThat(Processes.effectiveUserId()).isEqualTo(statusField("Uid:", 2));
    }

    @Test
    void knowsItsLimits() throws IOException {
        assertThat(ResourceLimits.openFiles()).isEqualTo(softLimit("Max open files"));
        assertThat(ResourceLimits.lockedMemory()).isEqualTo(softLimit("Max locked memory"));
    }

    @Test
    void knowsBothPlatforms() {
        assertThat(Platform.of("amd64")).isEqualTo(Platform.X86_64);
        assertThat(Platform.of("aarch64")).isEqualTo(Platform.AARCH64);
        assertThat(Platform.of("s390x")).isNull();
    }

    private static int statusField(String name, int index) throws IOException {
        return Integer.parseInt(line("status", name).split("\\s+")[index]);
    }

    private static long softLimit(String name) throws IOException {
        String value = line("limits", name).substring(name.length()).strip().split("\\s+")[0];
        return value.equals("unlimited") ? -1 : Long.parseLong(value);
    }

    private static String line(String file, String prefix) throws IOException {
        return Files.readAllLines(Path.of("/proc/self", file)).stream()
                .filter(line -> line.startsWith(prefix)).findFirst().orElseThrow();
    }
}
