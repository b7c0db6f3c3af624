package io.smc4j.engine.os.verbs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The RDMA devices that the kernel has, according to sysfs. libibverbs passes over those it cannot open, silently, and
 * a container without the device files would never learn what it lacks.
 */
final class KernelDevices {

    private static final Path DEVICES = Path.of("/sys/class/infiniband");
    private static final Path VERBS = Path.of("/sys/class/infiniband_verbs");
    private static final Path FILES = Path.of("/dev/infiniband");

    private KernelDevices() {
    }

    static List<String> names() {
        return list(DEVICES, "*").stream().map(device -> device.getFileName().toString()).toList();
    }

    /** Whether the file is there through which a process uses the device. */
    static boolean hasFile(String device) {
        for (Path verbs : list(VERBS, "uverbs*")) {
            try {
                if (Files.readString(verbs.resolve("ibdev")).strip().equals(device)) {
                    return Files.exists(FILES.resolve(verbs.getFileName()));
                }
            } catch (IOException e) {
                // Removed meanwhile.
            }
        }
        return false;
    }

    private static List<Path> list(Path directory, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
            entries.forEach(found::add);
        } catch (IOException e) {
            // The kernel has no RDMA.
        }
        return found;
    }
}
