package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On directories that look like control groups: the kernel's own are not everywhere. */
class CpuQuotaTest {

    @TempDir
    private Path root;

    private List<String> mounts() {
        return List.of("proc /proc proc rw 0 0", "cgroup2 " + root + " cgroup2 rw,nosuid 0 0");
    }

    @Test
    void limitsBothRoles() throws Exception {
        Files.writeString(root.resolve("cgroup.subtree_control"), "cpuset cpu io\n");

        CpuQuota quota = CpuQuota.open(1.5, mounts());

        try (Stream<Path> groups = Files.list(root)) {
            assertThat(groups.filter(Files::isDirectory)).hasSize(2).allSatisfy(
                    group -> assertThat(group.resolve("cpu.max")).hasContent("150000 100000"));
        }
        assertThat(quota.prefix("server")).isNotEqualTo(quota.prefix("client"));
    }

    @Test
    void putsTheProcessIntoItsGroup() throws Exception {
        Files.writeString(root.resolve("cgroup.subtree_control"), "cpu\n");
        CpuQuota quota = CpuQuota.open(2, mounts());
        List<String> prefix = quota.prefix("client");

        Process process = new ProcessBuilder(Stream.concat(prefix.stream(), Stream.of("echo", "a b")).toList()).start();

        assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("a b\n");
        assertThat(Path.of(prefix.get(prefix.size() - 1), "cgroup.procs")).hasContent(Long.toString(process.pid()));
    }

    @Test
    void turnsNoControllerOn() throws Exception {
        Files.writeString(root.resolve("cgroup.subtree_control"), "memory cpuset\n");

        assertThatExceptionOfType(MeasurementException.class).isThrownBy(() -> CpuQuota.open(1, mounts()))
                .withMessageContaining("cpu controller is not on");
        assertThat(root.resolve("cgroup.subtree_control")).hasContent("memory cpuset");
        assertThat(root).isDirectoryNotContaining(Files::isDirectory);
    }

    @Test
    void takesVersionOneWhereTwoCannotBeUsed() throws Exception {
        Path former = Files.createDirectory(root.resolve("cpu"));
        Files.writeString(root.resolve("cgroup.subtree_control"), "memory\n");
        List<String> mounts = List.of("cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0", mounts().get(1),
                "cgroup " + former + " cgroup rw,cpuacct,cpu 0 0");

        CpuQuota.open(0.5, mounts);

        try (Stream<Path> groups = Files.list(former)) {
            assertThat(groups).hasSize(2).allSatisfy(group -> {
                assertThat(group.resolve("cpu.cfs_period_us")).hasContent("100000");
                assertThat(group.resolve("cpu.cfs_quota_us")).hasContent("50000");
            });
        }
    }

    @Test
    void saysThatThereAreNone() {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> CpuQuota.open(1, List.of("cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0")))
                .withMessage("no CPU quota can be set here: no control groups are mounted");
    }
}
