package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** What an engine's RDMA side holds, to be as before when a hostile peer is gone. */
record Aftermath(RdmaPair.Side victim, long descriptors, long mappings, long budget) {

    static Aftermath before(RdmaPair.Side victim) throws IOException {
        return new Aftermath(victim, openDescriptors(), mappedLinkGroups(), victim.budget.used());
    }

    private static long openDescriptors() throws IOException {
        long descriptors = 0;
        try (var open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open) {
                String target = target(descriptor);
                if (target.startsWith("anon_inode:") || target.startsWith("/memfd:")
                        || target.startsWith("/dev/infiniband")) {
                    descriptors++;
                }
            }
        }
        return descriptors;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "closed since";
        }
    }

    private static long mappedLinkGroups() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("smc4j-rdma")).count();
        }
    }

    /** All is given back, the control loop is idle, and an honest peer is served. */
    void isClean(RdmaPair pair) throws Exception {
        Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(15))).untilAsserted(() -> {
            assertThat(victim.rdma.linkGroups()).isEmpty();
            assertThat(before(victim)).isEqualTo(this);
        });
        assertThat(loopShare()).as("share of a processor the control loop takes").isLessThan(0.5);
        RdmaLabCase.exchange(pair.connect(pair.proposal(), 64 << 10, 64 << 10), 100_000);
    }

    /** What the victim's control loop takes of a processor while nothing is to be done. */
    private double loopShare() {
        long id = Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals("smc-" + victim.end))
                .findFirst()
                .orElseThrow().threadId();
        var threads = ManagementFactory.getThreadMXBean();
        long used = threads.getThreadCpuTime(id);
        long start = System.nanoTime();
        long span = Duration.ofSeconds(1).toNanos();
        while (System.nanoTime() - start < span) {
            LockSupport.parkNanos(span);
        }
        return (double) (threads.getThreadCpuTime(id) - used) / (System.nanoTime() - start);
    }
}
