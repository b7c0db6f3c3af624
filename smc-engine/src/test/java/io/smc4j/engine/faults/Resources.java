package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** What this process holds of what engines use: sockets, event counters, epoll sets and mapped segments. */
record Resources(long descriptors, long segments) {

    static Resources inUse() throws IOException {
        long descriptors = 0;
        try (var open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open) {
                String target = target(descriptor);
                if (target.startsWith("socket:") || target.startsWith("anon_inode:") || target.startsWith("/memfd:")) {
                    descriptors++;
                }
            }
        }
        return new Resources(descriptors, LinkPair.mappedSegments());
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "closed since";
        }
    }

    /** Waits until no more is in use than then. */
    void awaitReturn() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Resources now = inUse();
            assertThat(now.descriptors).as("descriptors").isLessThanOrEqualTo(descriptors);
            assertThat(now.segments).as("segments").isLessThanOrEqualTo(segments);
        });
    }
}
