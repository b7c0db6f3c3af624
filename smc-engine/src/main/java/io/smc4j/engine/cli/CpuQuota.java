package io.smc4j.engine.cli;

import java.util.ArrayList;
import java.util.List;

/** The processor time that the control groups of this process allow, in processors. */
final class CpuQuota {

    private CpuQuota() {
    }

    /** The smallest quota on the way from this process's group to the root; infinite without one. */
    static double read(ProcFiles files) {
        double quota = Double.POSITIVE_INFINITY;
        for (String membership : files.lines("proc/self/cgroup")) {
            // hierarchy-id:controllers:path; version 2 has no controllers.
            String[] fields = membership.split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            boolean unified = fields[1].isEmpty();
            if (unified || List.of(fields[1].split(",")).contains("cpu")) {
                for (String directory : directories(files, unified, fields[2])) {
                    quota = Math.min(quota, unified ? unified(files, directory) : legacy(files, directory));
                }
            }
        }
        return quota;
    }

    private static List<String> directories(ProcFiles files, boolean unified, String path) {
        List<String> directories = new ArrayList<>();
        for (String line : files.lines("proc/self/mounts")) {
            String[] fields = line.split(" ");
            if (fields.length > 3 && fields[2].equals(unified ? "cgroup2" : "cgroup")
                    && (unified || List.of(fields[3].split(",")).contains("cpu"))) {
                String mount = fields[1].substring(1);
                directories.add(mount);
                for (String group = path; group.length() > 1; group = group.substring(0, Math.max(0, group.lastIndexOf('/')))) {
                    directories.add(mount + group);
                }
            }
        }
        return directories;
    }

    private static double unified(ProcFiles files, String directory) {
        String[] fields = files.line(directory + "/cpu.max").split(" ");
        return fields.length == 2 && !fields[0].equals("max")
                ? Double.parseDouble(fields[0]) / Double.parseDouble(fields[1])
                : Double.POSITIVE_INFINITY;
    }

    private static double legacy(ProcFiles files, String directory) {
        String quota = files.line(directory + "/cpu.cfs_quota_us");
        String period = files.line(directory + "/cpu.cfs_period_us");
        return quota.isEmpty() || period.isEmpty() || quota.startsWith("-")
                ? Double.POSITIVE_INFINITY
                : Double.parseDouble(quota) / Double.parseDouble(period);
    }
}
