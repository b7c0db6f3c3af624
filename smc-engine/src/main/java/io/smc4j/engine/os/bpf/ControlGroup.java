package io.smc4j.engine.os.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the directory of this process's control group of version 2. */
final class ControlGroup {

    private static final String UNIFIED = "0::";

    private ControlGroup() {
    }

    /**
     * The directory; {@code null} if there is none, or it is not to be seen from here.
     *
     * @param root of the file system to read
     */
    static Path find(Path root) {
        try {
            String group = null;
            for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
                if (line.startsWith(UNIFIED)) {
                    group = line.substring(UNIFIED.length());
                }
            }
            if (group == null) {
                return null;
            }
            for (String line : Files.readAllLines(root.resolve("proc/self/mountinfo"))) {
                String directory = directory(line, group);
                if (directory != null && Files.isDirectory(root.resolve(directory.substring(1)))) {
                    return root.resolve(directory.substring(1));
                }
            }
            return null;
        } catch (IOException e) {
            // Without a readable /proc nobody can tell.
            return null;
        }
    }

    /** Where a group is seen if a line of {@code mountinfo} tells of a mount that shows it; else {@code null}. */
    private static String directory(String line, String group) {
        String[] halves = line.split(" - ", 2);
        String[] mount = halves[0].split(" ");
        if (mount.length < 5 || halves.length < 2 || !halves[1].startsWith("cgroup2 ")) {
            return null;
        }
        String root = unescape(mount[3]);
        String point = unescape(mount[4]);
        // The mount's root is a group, too: in a container without a group namespace, the container's own.
        String inside = root.equals("/") ? group : below(root, group);
        if (inside == null || inside.startsWith("/..")) {
            return null;
        }
        return point + (inside.equals("/") ? "" : inside);
    }

    private static String below(String root, String group) {
        if (group.equals(root)) {
            return "/";
        }
        return group.startsWith(root + "/") ? group.substring(root.length()) : null;
    }

    /** Blanks and the like are written as a backslash and three octal digits. */
    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }
}
