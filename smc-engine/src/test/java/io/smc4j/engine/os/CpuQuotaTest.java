package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuQuotaTest {

    private static final String V2_MOUNT =
            "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";
    private static final String V1_MOUNT =
            "33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct";

    @TempDir
    private Path root;

    @Test
    void isNoneWithoutControlGroups() throws IOException {
        assertThat(CpuQuota.read(root)).isZero();
        given("proc/self/cgroup", "");
        given("proc/self/mountinfo", "22 1 0:20 / / rw - ext4 /dev/vda rw\n");
        assertThat(CpuQuota.read(root)).isZero();
    }

    @Test
    void isNoneIfUnlimited() throws IOException {
        given("proc/self/cgroup", "0::/app\n");
        given("proc/self/mountinfo", V2_MOUNT + "\n");
        given("sys/fs/cgroup/app/cpu.max", "max 100000\n");
        assertThat(CpuQuota.read(root)).isZero();
    }

    @Test
    void readsVersion2() throws IOException {
        given("proc/self/cgroup", "0::/app\n");
        given("proc/self/mountinfo", V2_MOUNT + "\n");
        given("sys/fs/cgroup/app/cpu.max", "150000 100000\n");
        assertThat(CpuQuota.read(root)).isEqualTo(1.5);
    }

    @Test
    void theTightestOfAllParentsCounts() throws IOException {
        given("proc/self/cgroup", "0::/slice/app\n");
        given("proc/self/mountinfo", V2_MOUNT + "\n");
        given("sys/fs/cgroup/slice/app/cpu.max", "400000 100000\n");
        given("sys/fs/cgroup/slice/cpu.max", "50000 100000\n");
        assertThat(CpuQuota.read(root)).isEqualTo(0.5);
    }

    @Test
    void readsVersion1() throws IOException {
        given("proc/self/cgroup", "5:memory:/other\n4:cpu,cpuacct:/app\n");
        given("proc/self/mountinfo", V1_MOUNT + "\n");
        given("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        given("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        given("sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_quota_us", "250000\n");
        given("sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_period_us", "100000\n");
        assertThat(CpuQuota.read(root)).isEqualTo(2.5);
    }

    @Test
    void readsTheGroupThatAContainerSeesAtTheMountPoint() throws IOException {
        given("proc/self/cgroup", "4:cpu:/docker/4711\n");
        given("proc/self/mountinfo", "33 31 0:29 /docker/4711 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
        given("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
        given("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        assertThat(CpuQuota.read(root)).isEqualTo(2);
    }

    private void given(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
