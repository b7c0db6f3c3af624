package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Control groups, one for the servers and one for the clients, each with as much CPU time as a container would get. Of
 * version 2 only where the controller is on already: turning it on would change what others run in.
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
        Path unified = mounted(mounts, "cgroup2", options -> true);
        Path former = mounted(mounts, "cgroup", options -> options.contains("cpu"));
        try {
            if (unified != null && isOn(unified)) {
                return make(unified, Map.of("cpu.max", limit(processors) + " " + PERIOD_MICROS));
            }
            if (former != null) {
                return make(former, Map.of("cpu.cfs_period_us", Long.toString(PERIOD_MICROS),
                        "cpu.cfs_quota_us", limit(processors)));
            }
        } catch (IOException e) {
            throw impossible(e.toString());
        }
        throw impossible(unified == null ? "no control groups are mounted"
                : "the cpu controller is not on in " + unified);
    }

    private static Path mounted(List<String> mounts, String type, Predicate<List<String>> options) {
        return mounts.stream().map(line -> line.split(" "))
                .filter(fields -> fields.length > 3 && fields[2].equals(type)
                && options.test(List.of(fields[3].split(","))))
                .map(fields -> Path.of(fields[1])).findFirst().orElse(null);
    }

    private static boolean isOn(Path unified) throws IOException {
        return List.of(Files.readString(unified.resolve("cgroup.subtree_control")).strip().split("\\s+"))
                .contains("cpu");
    }

    /** Microseconds in each period. */
    private static String limit(double processors) {
        return Long.toString(Math.round(processors * PERIOD_MICROS));
    }

    private static CpuQuota make(Path root, Map<String, String> settings) throws IOException {
        CpuQuota quota = new CpuQuota(root);
        boolean made = false;
        try {
            for (Path group : List.of(quota.server, quota.client)) {
                Files.createDirectory(group);
                for (Map.Entry<String, String> setting : settings.entrySet()) {
                    Files.writeString(group.resolve(setting.getKey()), setting.getValue());
                }
            }
            made = true;
            return quota;
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
