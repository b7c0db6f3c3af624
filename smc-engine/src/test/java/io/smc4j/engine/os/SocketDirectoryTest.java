package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketDirectoryTest {

    @TempDir
    private Path path;

    @Test
    void connectsToWhoListens() throws Exception {
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            int listener = directory.listen("engine", 1);
            try (SocketDirectory.Entry entry = directory.find("engine")) {
                assertThat(directory.names(10)).containsExactly("engine");
                assertThat(entry.owner()).isEqualTo(Processes.effectiveUserId());
                int client = entry.connect();
                int accepted = UnixSockets.accept(listener);
                assertThat(accepted).isNotNegative();
                Sockets.close(client);
                Sockets.close(accepted);
            } finally {
                Sockets.close(listener);
            }
            directory.remove("engine");
            directory.remove("engine");
            assertThat(directory.find("engine")).isNull();
        }
    }

    /** Whose mode for new files leaves others nothing. */
    @Test
    void letsOthersConnect() throws Exception {
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            int listener = directory.listen("engine", 1);
            Sockets.close(listener);

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve("engine"))))
                    .isEqualTo("rw-rw-rw-");
        }
    }

    @Test
    void tellsADeadSocket() throws Exception {
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            Sockets.close(directory.listen("engine", 1));
            try (SocketDirectory.Entry entry = directory.find("engine")) {
                assertThatExceptionOfType(OsException.class).isThrownBy(entry::connect)
                        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
            }
        }
    }

    @Test
    void takesNothingElseForASocket() throws Exception {
        Files.createFile(path.resolve("file"));
        Files.createDirectory(path.resolve("directory"));
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            int listener = directory.listen("engine", 1);
            try {
                Files.createSymbolicLink(path.resolve("link"), path.resolve("engine"));
                assertThat(directory.find("link")).isNull();
                assertThat(directory.find("file")).isNull();
                assertThat(directory.find("directory")).isNull();
                assertThat(directory.find("nothing")).isNull();
            } finally {
                Sockets.close(listener);
            }
        }
    }

    @Test
    void staysWithTheDirectoryThatItOpened() throws Exception {
        Path shared = Files.createDirectory(path.resolve("shared"));
        try (SocketDirectory directory = SocketDirectory.open(shared.toString())) {
            Files.move(shared, path.resolve("moved"));
            Files.createDirectory(shared);

            Sockets.close(directory.listen("engine", 1));

            assertThat(path.resolve("moved/engine")).exists();
            assertThat(shared).isEmptyDirectory();
        }
    }

    @Test
    void takesPathsThatAreTooLongForAnAddress() throws Exception {
        Path deep = Files.createDirectories(path.resolve("d".repeat(100)).resolve("e".repeat(100)));
        try (SocketDirectory directory = SocketDirectory.open(deep.toString())) {
            int listener = directory.listen("f".repeat(32), 1);
            try (SocketDirectory.Entry entry = directory.find("f".repeat(32))) {
                Sockets.close(entry.connect());
            } finally {
                Sockets.close(listener);
            }
        }
    }

    @Test
    void doesNotFollowALinkToADirectory() throws Exception {
        Path link = Files.createSymbolicLink(path.resolve("link"), path);

        assertThatExceptionOfType(OsException.class).isThrownBy(() -> SocketDirectory.open(link.toString()))
                .satisfies(e -> assertThat(e.errno()).isIn(Errno.ENOTDIR, Errno.ELOOP));
        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> SocketDirectory.open(path.resolve("nothing").toString()))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void tellsWhereOthersMayRename() throws Exception {
        assertThat(atOthersMercy("rwxrwxrwx")).isTrue();
        assertThat(atOthersMercy("rwxrwxr-x")).isFalse();
        assertThat(atOthersMercy("rwx------")).isFalse();
        Files.setAttribute(path, "unix:mode", 01777);
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            assertThat(directory.isAtOthersMercy()).isFalse();
        }
    }

    private boolean atOthersMercy(String permissions) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            return directory.isAtOthersMercy();
        }
    }
}
