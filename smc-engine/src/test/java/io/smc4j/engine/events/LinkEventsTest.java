package io.smc4j.engine.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded of SMC-R, for which there need not be a device here. */
class LinkEventsTest {

    private static final SmcSnapshot.Link LINK = new SmcSnapshot.Link(2, SmcSnapshot.LinkState.ACTIVE, "mlx5_0", 1,
            "fe80:0000:0000:0000:0000:0000:0000:000a", "fe80:0000:0000:0000:0000:0000:0000:000b", 17, 18, 3);
    private static final SmcSnapshot.LinkGroup GROUP = new SmcSnapshot.LinkGroup(7, SmcMode.SMCR,
            SmcSnapshot.Role.SERVER, LINK.peerGid(), 0, 3, 65536, new SmcSnapshot.Smcr(2,
            SmcSnapshot.LinkGroupType.SINGLE, "EID", "orders-1", 255, List.of(LINK)));

    @TempDir
    private Path directory;

    private List<RecordedEvent> record(Runnable action) throws Exception {
        Path file = Files.createTempFile(directory, "recording", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("smc.Link")).toList();
    }

    @Test
    void linksAreRecordedWithTheirDevice() throws Exception {
        EngineEvents events = EngineEvents.get();
        List<RecordedEvent> seen = record(() -> {
            events.linkUp(7, () -> LINK);
            events.linkDown(7, () -> LINK, "port down");
        }).stream().filter(event -> event.getInt("linkGroup") == 7).toList();
        assertThat(seen).extracting(event -> event.getEventType().getName())
                .containsExactly("smc.LinkUp", "smc.LinkDown");
        assertThat(seen).allSatisfy(event -> {
            assertThat(event.getInt("link")).isEqualTo(2);
            assertThat(event.getString("device")).isEqualTo("mlx5_0");
            assertThat(event.getInt("port")).isEqualTo(1);
            assertThat(event.getString("gid")).isEqualTo(LINK.gid());
            assertThat(event.getString("peerGid")).isEqualTo(LINK.peerGid());
        });
        assertThat(seen.get(1).getString("reason")).isEqualTo("port down");
    }

    @Test
    void aLinkGroupOverRdmaNamesThePeersHost() throws Exception {
        List<RecordedEvent> seen = record(() -> EngineEvents.get().linkGroupUp(() -> GROUP)).stream()
                .filter(event -> LINK.peerGid().equals(event.getString("peerGid"))).toList();
        assertThat(seen).singleElement().satisfies(event -> {
            assertThat(event.getString("mode")).isEqualTo("SMCR");
            assertThat(event.getString("peerHost")).isEqualTo("orders-1");
            assertThat(event.getString("side")).isEqualTo("SERVER");
        });
    }

    @Test
    void nothingIsAskedForThatNobodyRecords() throws Exception {
        try (Recording other = new Recording()) {
            other.disable("smc.LinkUp");
            other.start();
            EngineEvents.get().linkUp(7, () -> {
                throw new AssertionError("asked for");
            });
        }
    }
}
