package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Control groups (version 2), one for the servers and one for the clients, each with as much CPU time as a container would get.
 * Only where the controller is on already: turning it on would change what others run in.
 */
final class CpuQuota implements AutoCloseable {

    private static final long PERIOD_MICROS = 100_000;

    private final Path server;
    private final Path client;

    private CpuQuota(Path root) {
        String name = "smc4j-benchmark-" + ProcessHandle.current().pid() + "-";
        server = root.resolve(name + "server");
        client = root.resolve(name + "client");
    }

    /**
     * Makes the groups.
     *
     * @param processors worth of CPU time for each
     * @throws MeasurementException if that is not possible here
     */
    static CpuQuota open(double processors) {
        try {
            return open(processors, Files.readAllLines(Path.of("/proc/self/mounts")));
        } catch (IOException e) {
            throw impossible(e.toString());
        }
    }

    static CpuQuota open(double processors, List<String> mounts) {
        Path root = mounts.stream().map(line -> line.split(" "))
                .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                .map(fields -> Path.of(fields[1])).findFirst()
                .orElseThrow(() -> impossible("cgroup v2 is not mounted"));
        CpuQuota quota = new CpuQuota(root);
        boolean made = false;
        try {
            if (!List.of(Files.readString(root.resolve("cgroup.subtree_control")).strip().split("\\s+")).contains("cpu")) {
                throw impossible("the cpu controller is not on in " + root);
            }
            String limit = String.format(Locale.ROOT, "%d %d", Math.round(processors * PERIOD_MICROS), PERIOD_MICROS);
            for (Path group : List.of(quota.server, quota.client)) {
                Files.createDirectory(group);
                Files.writeString(group.resolve("cpu.max"), limit);
            }
            made = true;
            return quota;
        } catch (IOException e) {
            throw impossible(e.toString());
        } finally {
            if (!made) {
                quota.close();
            }
        }
    }

    private static MeasurementException impossible(String reason) {
        return new MeasurementException("no CPU quota can be set here: " + reason);
    }

    /** Runs the command that follows in a role's group; the process stays the same. */
    List<String> prefix(String role) {
        return List.of("sh", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"",
                (role.equals("server") ? server : client).toString());
    }

    /** Removes the groups, which no process may be in any more. */
    @Override
    public void close() {
        for (Path group : List.of(server, client)) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException e) {
                // An empty group, without processes, is left: no harm but its name.
            }
        }
    }
}
