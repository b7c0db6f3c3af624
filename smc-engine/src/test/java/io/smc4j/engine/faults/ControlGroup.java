package io.smc4j.engine.faults;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A control group of this test's own, of version 1 or 2, that counts what memory its processes are charged for. */
public final class ControlGroup implements AutoCloseable {

    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    private final Path directory;

    private ControlGroup(Path directory) {
        this.directory = directory;
    }

    /** Empty where this process may make none. */
    public static Optional<ControlGroup> create() {
        for (Path parent : List.of(MOUNT.resolve("memory"), MOUNT)) {
            Path directory = parent.resolve("smc4j-test-" + UUID.randomUUID());
            try {
                Files.createDirectory(directory);
                ControlGroup group = new ControlGroup(directory);
                if (Files.isWritable(directory.resolve("cgroup.procs")) && group.hasSharedMemory()) {
                    return Optional.of(group);
                }
                group.close();
            } catch (IOException e) {
                // There is no such hierarchy, or it is not for us.
            }
        }
        return Optional.empty();
    }

    private boolean hasSharedMemory() {
        try {
            sharedMemory();
            return true;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }

    /** Has it charged for what the process takes up from now on. */
    public void add(long pid) throws IOException {
        Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** Bytes of shared memory that it is charged for. */
    public long sharedMemory() throws IOException {
        try (var lines = Files.lines(directory.resolve("memory.stat"))) {
            return lines.filter(line -> line.startsWith("shmem ")).mapToLong(line -> Long.parseLong(line.substring(6)))
                    .findAny().orElseThrow(() -> new IllegalStateException("no figure for shared memory"));
        }
    }

    /** Its processes must have ended. */
    @Override
    public void close() {
        await().ignoreExceptions().until(() -> Files.deleteIfExists(directory) || true);
    }
}
