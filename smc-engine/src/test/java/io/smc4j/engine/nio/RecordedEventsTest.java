package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.MonitorConfig;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcSnapshot;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Flight Recorder records of two engines that talk to each other. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class RecordedEventsTest extends TwoEngines {

    private static final int RING = 64 * 1024;
    private static final long MEMORY = 4 * 1024 * 1024;
    private static final List<String> ALL = List.of("smc.Handshake", "smc.Fallback", "smc.Stall", "smc.SlowReader",
            "smc.LinkGroupUp", "smc.LinkGroupDown", "smc.ResourcePressure", "smc.PolicyChange");

    private final List<RecordedEvent> seen = new CopyOnWriteArrayList<>();
    private final RecordingStream recording = new RecordingStream();

    @BeforeEach
    void record() {
        recording.setReuse(false);
        recording.onEvent(event -> {
            if (event.getEventType().getName().startsWith("smc.")) {
                seen.add(event);
            }
        });
        // Of other tests in this process, connections may come to their end meanwhile: who looks asks for its own.
        ALL.forEach(recording::enable);
        recording.startAsync();
    }

    @AfterEach
    void stop() {
        recording.close();
    }

    private static SmcConfig.Builder config() {
        return SmcConfig.builder().sendSize(RING).receiveSize(RING).initialSize(RING);
    }

    private List<RecordedEvent> events(String name, Predicate<RecordedEvent> condition) {
        return seen.stream().filter(event -> event.getEventType().getName().equals(name)).filter(condition).toList();
    }

    private RecordedEvent await(String name, Predicate<RecordedEvent> condition) {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> events(name, condition),
                found -> !found.isEmpty()).get(0);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    private static Predicate<RecordedEvent> has(String field, Object value) {
        return event -> value.equals(event.getValue(field));
    }

    private static String text(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        return inet.getAddress().getHostAddress() + ":" + inet.getPort();
    }

    @Test
    void bothSidesRecordAHandshakeAndTheLinkGroup() throws Exception {
        open(config().build(), config().build());
        connect();
        SmcSnapshot.Connection made = clients.snapshot().connections().get(0);
        String listener = text(client.getRemoteAddress());
        RecordedEvent ofClient = await("smc.Handshake", has("peer", listener));
        assertThat(ofClient.getString("side")).isEqualTo("CLIENT");
        assertThat(ofClient.getString("outcome")).isEqualTo("SMC");
        assertThat(ofClient.getString("mode")).isEqualTo("SMCD");
        assertThat(ofClient.getInt("linkGroup")).isEqualTo(made.linkGroup());
        assertThat(ofClient.getString("reason")).isNull();
        assertThat(ofClient.getString("peerDiagnosis")).isNull();
        assertThat(ofClient.getDuration()).isPositive();
        assertThat(ofClient.getEventType().getCategoryNames()).containsExactly("SMC");
        assertThat(ofClient.getStackTrace()).isNull();
        RecordedEvent ofServer = await("smc.Handshake", has("peer", text(client.getLocalAddress())));
        assertThat(ofServer.getString("side")).isEqualTo("SERVER");
        assertThat(ofServer.getString("outcome")).isEqualTo("SMC");

        String gid = servers.snapshot().gid();
        RecordedEvent up = await("smc.LinkGroupUp", has("peerGid", gid));
        assertThat(up.getInt("linkGroup")).isEqualTo(made.linkGroup());
        assertThat(up.getString("mode")).isEqualTo("SMCD");
        assertThat(up.getString("side")).isEqualTo("CLIENT");
        assertThat(up.getInt("peerPid")).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(events("smc.LinkGroupDown", has("peerGid", gid))).isEmpty();
        servers.close();
        RecordedEvent down = await("smc.LinkGroupDown", has("peerGid", gid));
        assertThat(down.getInt("linkGroup")).isEqualTo(made.linkGroup());
        assertThat(down.getInt("connections")).isEqualTo(1);
        assertThat(down.getString("reason")).isNotEmpty();
    }

    @Test
    void aFallbackTellsItsReasonWithAndWithoutAHandshake() throws Exception {
        open(config().build(), config().serverEnabled(false).build());
        connect();
        RecordedEvent fallback = await("smc.Fallback", has("peer", text(client.getRemoteAddress())));
        assertThat(fallback.getString("side")).isEqualTo("CLIENT");
        FallbackReason reason = clients.snapshot().connections().get(0).fallbackReason();
        assertThat(fallback.getString("reason")).isEqualTo(reason.name());
        assertThat(fallback.getString("text")).isEqualTo(reason.text());
        assertThat(await("smc.Fallback", has("peer", text(client.getLocalAddress()))).getString("side"))
                .isEqualTo("SERVER");
        assertThat(events("smc.Handshake", has("peer", text(client.getRemoteAddress())))).isEmpty();

        SmcPolicy nobody = new SmcPolicy(List.of(
                SmcPolicy.Rule.parse(Action.DENY, Direction.INBOUND, null, "127.0.0.1", null)));
        open(config().build(), config().policy(nobody).build());
        connect();
        RecordedEvent declined = await("smc.Handshake", has("peer", text(client.getRemoteAddress())));
        assertThat(declined.getString("outcome")).isEqualTo("FALLBACK");
        assertThat(declined.getString("mode")).isEqualTo("TCP");
        assertThat(declined.getString("reason")).isEqualTo("PEER_DECLINED");
        assertThat(declined.getString("peerDiagnosis"))
                .isEqualTo(FallbackReason.codeText(FallbackReason.POLICY.code()));
        assertThat(await("smc.Handshake", has("peer", text(client.getLocalAddress()))).getString("reason"))
                .isEqualTo("POLICY");
    }

    @Test
    void aStallIsRecordedWhenItIsOver() throws Exception {
        open(config().build(), config().build());
        connect();
        long id = clients.snapshot().connections().get(0).id();
        Predicate<RecordedEvent> own = has("local", text(client.getLocalAddress()));
        client.configureBlocking(false);
        fill();
        drain();
        client.write(ByteBuffer.allocate(1));
        RecordedEvent stall = await("smc.Stall", own);
        assertThat(stall.getLong("connection")).isEqualTo(id);
        assertThat(stall.getString("mode")).isEqualTo("SMCD");
        assertThat(stall.getString("peer")).isEqualTo(text(client.getRemoteAddress()));
        assertThat(stall.getDuration()).isPositive();

        fill();
        assertThat(events("smc.Stall", own)).hasSize(1);
        client.close();
        await(() -> events("smc.Stall", own).size() == 2);
    }

    private void fill() throws Exception {
        await(() -> client.write(ByteBuffer.allocate(RING)) == 0);
        // A look of the monitor is longer than the threshold of a stall.
        await(() -> clients.snapshot().monitor().peers().stream()
                .anyMatch(peer -> peer.flow().stalled().toMillis() > 100));
    }

    private void drain() throws Exception {
        server.configureBlocking(false);
        ByteBuffer target = ByteBuffer.allocate(RING);
        await(() -> server.read(target.clear()) == 0);
    }

    @Test
    void aSlowReaderIsRecordedOnce() throws Exception {
        MonitorConfig impatient = new MonitorConfig(true, Duration.ofMillis(1), MonitorConfig.DEFAULT_WARN_AT);
        open(config().build(), config().monitor(impatient).build());
        connect();
        client.write(ByteBuffer.allocate(1000));
        RecordedEvent slow = await("smc.SlowReader", has("peer", text(client.getLocalAddress())));
        assertThat(slow.getLong("unread")).isEqualTo(1000);
        assertThat(slow.getString("mode")).isEqualTo("SMCD");
        assertThat(slow.getString("local")).isEqualTo(text(server.getLocalAddress()));
        assertThat(slow.getLong("connection")).isEqualTo(servers.snapshot().connections().get(0).id());
        assertThat(slow.getInstant("since")).isBefore(Instant.now());
        assertThat(events("smc.SlowReader", has("peer", text(client.getLocalAddress())))).hasSize(1);
    }

    @Test
    void memoryThatBecomesScarceIsRecorded() throws Exception {
        open(config().build(), config().memoryLimit(MEMORY)
                .monitor(new MonitorConfig(true, MonitorConfig.DEFAULT_SLOW_AFTER, 1)).build());
        connect();
        RecordedEvent scarce = await("smc.ResourcePressure", has("resource", "RING_MEMORY"));
        assertThat(scarce.getLong("used")).isPositive();
        assertThat(scarce.getLong("limit")).isEqualTo(MEMORY);
        assertThat(scarce.getInt("percent")).isPositive();
        assertThat(scarce.getString("lever")).contains("smc.memory.limit");
    }

    @Test
    void changesOfThePolicyAreRecorded() throws Exception {
        open(config().build(), config().build());
        Instant expiry = Instant.now().plusSeconds(600);
        RuleInForce rule = clients.policyTable().add(
                SmcPolicy.Rule.parse(Action.DENY, Direction.OUTBOUND, null, "10.0.0.7", "80"),
                RuleInForce.Origin.RUNTIME, new RuleInForce.Terms("slow", expiry, false), 0);
        clients.policyTable().remove(rule.id());
        assertThat(clients.policyTable().remove(rule.id())).isFalse();
        await(() -> events("smc.PolicyChange", has("id", rule.id())).size() == 2);
        List<RecordedEvent> changes = events("smc.PolicyChange", has("id", rule.id()));
        assertThat(changes).extracting(event -> event.getString("change")).containsExactly("ADDED", "REMOVED");
        assertThat(changes).extracting(event -> event.getString("rule")).containsOnly("deny outbound 10.0.0.7 80");
        assertThat(changes.get(0).getString("origin")).isEqualTo("RUNTIME");
        assertThat(changes.get(0).getString("note")).isEqualTo("slow");
        assertThat(changes.get(0).getString("expiry")).isEqualTo(expiry.toString());
    }

    @Test
    void nothingIsRecordedThatIsDisabled() throws Exception {
        ALL.forEach(recording::disable);
        open(config().build(), config().build());
        connect();
        String listener = text(client.getRemoteAddress());
        clients.close();
        recording.enable("smc.PolicyChange");
        RuleInForce marker = servers.policyTable().add(SmcPolicy.Rule.parse(Action.DENY, null, null, "10.0.0.8", null),
                RuleInForce.Origin.RUNTIME, RuleInForce.Terms.NONE, 0);
        await("smc.PolicyChange", has("id", marker.id()));
        assertThat(events("smc.Handshake", has("peer", listener))).isEmpty();
        assertThat(events("smc.LinkGroupUp", has("peerGid", servers.snapshot().gid()))).isEmpty();
        assertThat(events("smc.LinkGroupDown", has("peerGid", servers.snapshot().gid()))).isEmpty();
    }
}
