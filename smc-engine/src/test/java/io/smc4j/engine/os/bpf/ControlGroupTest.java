package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {

    @TempDir
    private Path root;

    @BeforeEach
    void makeProc() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
    }

    @Test
    void findsItWhereOnlyVersion2Is() throws IOException {
        set("0::/system.slice/app.service", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw");

        assertFound("sys/fs/cgroup/system.slice/app.service");
    }

    @Test
    void findsItBesideVersion1() throws IOException {
        set("4:memory:/other\n1:name=systemd:/\n0::/",
                "32 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                        + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw");

        assertFound("sys/fs/cgroup/unified");
    }

    @Test
    void findsItInAContainerThatSeesTheNamesOfTheHost() throws IOException {
        set("0::/docker/1234/app",
                "30 23 0:26 /docker/12 /elsewhere rw - cgroup2 cgroup2 rw\n"
                        + "31 23 0:26 /docker/1234 /sys/fs/my\\040group ro - cgroup2 cgroup2 rw");

        assertFound("sys/fs/my group/app");
    }

    @Test
    void findsNoneThatIsNotVisible() throws IOException {
        set("0::/../other", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
        Files.createDirectories(root.resolve("sys/fs/other"));
        Files.createDirectories(root.resolve("sys/fs/cgroup"));

        assertThat(ControlGroup.find(root)).isNull();
    }

    @Test
    void findsNoneWithoutVersion2OrProc() throws IOException {
        assertThat(ControlGroup.find(root)).isNull();

        set("4:memory:/", "32 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\nnonsense\n");
        assertThat(ControlGroup.find(root)).isNull();
    }

    private void set(String cgroup, String mountinfo) throws IOException {
        Files.writeString(root.resolve("proc/self/cgroup"), cgroup + "\n");
        Files.writeString(root.resolve("proc/self/mountinfo"), mountinfo + "\n");
    }

    private void assertFound(String directory) throws IOException {
        assertThat(ControlGroup.find(root)).as("directory is missing").isNull();
        Path expected = Files.createDirectories(root.resolve(directory));
        assertThat(ControlGroup.find(root)).isEqualTo(expected);
    }
}
