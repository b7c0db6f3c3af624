package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.os.Processes;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another process has groups that this one has not. */
class PeerGroupsTest {

    private static final int FIRST = 10_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20_000})
    void theKernelTellsThemHoweverManyThereAre(int count) throws Exception {
        assumeTrue(Processes.effectiveUserId() == 0 && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "needs root, and setpriv to join groups");
        int[] groups = IntStream.range(FIRST, FIRST + count).toArray();
        String list = IntStream.of(groups).mapToObj(Integer::toString).collect(Collectors.joining(","));
        String name = "smc4j-test-" + UUID.randomUUID();
        try (ChildProcess listener = ChildProcess.startBy(List.of("/usr/bin/setpriv", "--groups", list),
                ChildProcess.Marker.class, name)) {
            assumeTrue("ready".equals(listener.line()), "root may not join groups here");

            int fd = UnixSockets.connect(name);
            try {
                assertThat(UnixSockets.peerGroups(fd)).containsExactly(groups);
            } finally {
                Sockets.close(fd);
            }
        }
    }
}
