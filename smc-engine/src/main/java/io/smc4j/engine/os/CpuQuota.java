package io.smc4j.engine.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Finds the tightest CPU quota of the control groups, version 1 or 2, that this process is in. */
final class CpuQuota {

    private static final double NONE = 0;

    private CpuQuota() {
    }

    /**
     * The quota in processors; 0 if there is none, or nobody may know.
     *
     * @param root of the file system to read
     */
    static double read(Path root) {
        try {
            double quota = NONE;
            List<String> groups = Files.readAllLines(root.resolve("proc/self/cgroup"));
            for (String line : Files.readAllLines(root.resolve("proc/self/mountinfo"))) {
                Mount mount = Mount.parse(line);
                if (mount != null) {
                    quota = tighter(quota, mount.quota(root, groups));
                }
            }
            return quota;
        } catch (IOException e) {
            // Without a readable /proc there is nothing to find out; the JVM treats it as unlimited, too.
            return NONE;
        }
    }

    private static double tighter(double a, double b) {
        if (a == NONE || b == NONE) {
            return Math.max(a, b);
        }
        return Math.min(a, b);
    }

    /** A mounted hierarchy of control groups. {@code root} is the group that is seen at {@code point}. */
    private record Mount(boolean unified, String root, String point) {

        /** A line of {@code mountinfo}; {@code null} if it is no hierarchy with CPU quotas. */
        static Mount parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ");
            String[] fileSystem = halves.length < 2 ? new String[0] : halves[1].split(" ");
            if (mount.length < 5 || fileSystem.length < 3) {
                return null;
            }
            boolean unified = fileSystem[0].equals("cgroup2");
            boolean cpu = fileSystem[0].equals("cgroup") && Arrays.asList(fileSystem[2].split(",")).contains("cpu");
            return unified || cpu ? new Mount(unified, mount[3], mount[4]) : null;
        }

        double quota(Path fileSystemRoot, List<String> groups) throws IOException {
            Path top = fileSystemRoot.resolve(relative(point));
            Path group = top.resolve(relative(group(groups))).normalize();
            double quota = NONE;
            for (Path each = group; each != null && each.startsWith(top); each = each.getParent()) {
                quota = tighter(quota, quotaOf(each));
            }
            return quota;
        }

        /** The group of this process, seen from the mount point. */
        private String group(List<String> groups) {
            for (String line : groups) {
                String[] fields = line.split(":", 3);
                boolean mine = fields.length == 3 && (unified
                        ? fields[1].isEmpty()
                        : Arrays.asList(fields[1].split(",")).contains("cpu"));
                if (mine) {
                    String path = fields[2];
                    // In a container without a group namespace the path is the host's, and the mount begins there.
                    return path.startsWith(root) ? path.substring(root.length()) : path;
                }
            }
            return "/";
        }

        private static String relative(String path) {
            return path.startsWith("/") ? path.substring(1) : path;
        }

        private double quotaOf(Path group) throws IOException {
            if (unified) {
                Path max = group.resolve("cpu.max");
                return Files.isReadable(max) ? quota(Files.readString(max).strip().split(" ")) : NONE;
            }
            Path quota = group.resolve("cpu.cfs_quota_us");
            Path period = group.resolve("cpu.cfs_period_us");
            return Files.isReadable(quota) && Files.isReadable(period)
                    ? quota(Files.readString(quota).strip(), Files.readString(period).strip())
                    : NONE;
        }

        /** Of quota ({@code max} or -1 if none) and period, in microseconds. */
        private static double quota(String... quotaAndPeriod) {
            if (quotaAndPeriod.length < 2 || quotaAndPeriod[0].equals("max") || quotaAndPeriod[0].startsWith("-")) {
                return NONE;
            }
            return Double.parseDouble(quotaAndPeriod[0]) / Double.parseDouble(quotaAndPeriod[1]);
        }
    }
}
