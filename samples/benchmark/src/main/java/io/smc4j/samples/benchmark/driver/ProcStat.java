package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The time that the machine's processors have been busy, for all processes together. */
final class ProcStat {

    private static final Path FILE = Path.of("/proc/stat");
    /** {@code USER_HZ}, the same on all architectures of Linux that matter. */
    private static final long TICK_NANOS = 10_000_000;

    private ProcStat() {
    }

    static long busyNanos() {
        try {
            return busyNanos(Files.readAllLines(FILE).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** User and system time of all threads of a process, 0 if it has ended. */
    static long processNanos(long pid) {
        try {
            return processNanos(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Counted from behind the name, which may contain blanks and parentheses itself. */
    static long processNanos(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" +");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
    }

    /** User, nice, system, irq, softirq and stolen time; not idle, not waiting for disks. */
    static long busyNanos(String line) {
        String[] fields = line.strip().split(" +");
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * TICK_NANOS;
    }
}
