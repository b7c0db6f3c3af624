package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.NativeAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTrialTest {

    @TempDir
    private Path directory;

    @Test
    void tellsWhereAndWhoIsThere() {
        String path = directory.toString();
        assertThat(finding(path, null, "2b")).isEqualTo(ok(path + ", 1 engine"));
        assertThat(finding(path, null, "2b", "2c")).isEqualTo(ok(path + ", 2 engines"));
        assertThat(finding(path, null)).isEqualTo(ok(path + ", 0 engines"));
    }

    @Test
    void whatCanOnlyBeReadIsALimit() {
        Finding limited = finding(directory.resolve("gone").toString(), null);
        assertThat(limited.state()).isEqualTo(Finding.State.LIMITED);
        assertThat(limited.found()).endsWith("/gone, 0 engines, not writable");
    }

    @Test
    void saysWhyThereIsNone() {
        assertThat(finding(null, null)).satisfies(none -> {
            assertThat(none.state()).isEqualTo(Finding.State.NO);
            assertThat(none.found()).isEqualTo("no /run/smc4j");
            assertThat(none.hint()).contains("--directory", "smc.shared-memory.directory");
        });
        assertThat(finding(null, "/srv/smc is no directory").found()).isEqualTo("/srv/smc is no directory");
        assertThat(DirectoryTrial.finding(settings(""), SmcSnapshot.SharedMemory.NONE).found())
                .isEqualTo("none wanted");
    }

    @Test
    void leavesNothingInTheDirectory() throws IOException {
        assumeTrue(NativeAccess.isAvailable(), NativeAccess.unavailabilityCause());
        assertThat(DirectoryTrial.run(settings(directory.toString()))).isEqualTo(ok(directory + ", 0 engines"));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void countsTheEnginesThatAreThere() throws IOException {
        assumeTrue(NativeAccess.isAvailable(), NativeAccess.unavailabilityCause());
        SmcConfig config = SmcConfig.builder().sharedMemoryDirectory(directory.toString()).build();
        try (SmcSelectorProvider one = SmcSelectorProvider.open(config);
                SmcSelectorProvider other = SmcSelectorProvider.open(config);
                ServerSocketChannel listener = one.openServerSocketChannel();
                ServerSocketChannel otherListener = other.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            otherListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            // Who is there is looked up again, but not waited for where the processor has too much else to do.
            await().untilAsserted(() -> assertThat(DirectoryTrial.run(settings(directory.toString())))
                    .isEqualTo(ok(directory + ", 2 engines")));
            await().untilAsserted(() -> assertThat(one.snapshot().sharedMemory()).isEqualTo(
                    new SmcSnapshot.SharedMemory(directory.toString(), null, List.of(other.snapshot().gid()))));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void oneThatIsMissingIsNone() {
        assumeTrue(NativeAccess.isAvailable(), NativeAccess.unavailabilityCause());
        Path missing = directory.resolve("missing");
        assertThat(DirectoryTrial.run(settings(missing.toString()))).satisfies(none -> {
            assertThat(none.state()).isEqualTo(Finding.State.NO);
            assertThat(none.found()).contains(missing.toString());
        });
    }

    @Test
    void oneInWhichOthersMayRenameIsNotUsed() throws IOException {
        assumeTrue(NativeAccess.isAvailable(), NativeAccess.unavailabilityCause());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(DirectoryTrial.run(settings(directory.toString()))).satisfies(none -> {
            assertThat(none.state()).isEqualTo(Finding.State.NO);
            assertThat(none.found()).isEqualTo(directory + " is not safe");
            assertThat(none.hint()).startsWith("must be ");
        });
    }

    private static Finding ok(String found) {
        return Finding.ok("directory", "Shared directory", found);
    }

    private static Finding finding(String path, String objection, String... engines) {
        return DirectoryTrial.finding(settings(null), new SmcSnapshot.SharedMemory(path, objection, List.of(engines)));
    }

    private static SmcConfig.SharedMemory settings(String path) {
        return new SmcConfig.SharedMemory(true, path, List.of());
    }
}
