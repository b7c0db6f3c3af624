package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.SmcPolicy.Rule;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

/** Two engines whose connections leave SMC in mid-stream. */
abstract class LeavingEngines extends TwoEngines {

    /** Who leaves SMC, or finds out that the path is lost. */
    enum End {
        CLIENT_LEAVES, SERVER_LEAVES, BOTH_LEAVE, CLIENT_LOSES, SERVER_LOSES, BOTH_LOSE;

        boolean atClient() {
            return this != SERVER_LEAVES && this != SERVER_LOSES;
        }

        boolean atServer() {
            return this != CLIENT_LEAVES && this != CLIENT_LOSES;
        }

        boolean isLoss() {
            return ordinal() >= CLIENT_LOSES.ordinal();
        }
    }

    private final Set<String> before = descriptors();

    @AfterEach
    void findNothingLeft() throws IOException {
        client.close();
        server.close();
        for (SmcSelectorProvider engine : List.of(clients, servers)) {
            await().untilAsserted(() -> {
                SmcSnapshot snapshot = engine.snapshot();
                assertThat(snapshot.connections()).isEmpty();
                assertThat(snapshot.linkGroups()).allMatch(group -> group.connections() == 0);
            });
        }
        close();
        await().untilAsserted(() -> assertThat(before).containsAll(descriptors()));
    }

    private static Set<String> descriptors() {
        Set<String> found = new HashSet<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                target(entry).filter(text -> text.startsWith("socket:") || text.startsWith("/memfd:"))
                        .ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Empty for one that was closed meanwhile. */
    private static Optional<String> target(Path descriptor) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    static SmcMode mode(SmcSelectorProvider engine) {
        return engine.snapshot().connections().get(0).mode();
    }

    /** Has rules deny what is open. */
    final void leave(End end) {
        if (end.atClient()) {
            denyAll(clients);
        }
        if (end.atServer()) {
            denyAll(servers);
        }
    }

    private static void denyAll(SmcSelectorProvider engine) {
        Rule rule = new Rule(Action.DENY, Direction.ANY, null, null, new PortRange(1, 65535));
        engine.policyTable().add(rule, Origin.RUNTIME, new Terms(null, null, true), 0);
    }

    final void allowAll() {
        clients.policyTable().replace(SmcPolicy.allowAll());
        servers.policyTable().replace(SmcPolicy.allowAll());
    }

    static void awaitMoved(SmcSelectorProvider engine) {
        soon().untilAsserted(() -> assertThat(engine.snapshot().connections()).allSatisfy(connection -> {
            assertThat(connection.mode()).isEqualTo(SmcMode.TCP);
            assertThat(connection.fallbackReason()).isNotNull().matches(FallbackReason::isMove);
        }));
    }

    final void awaitMoved() {
        awaitMoved(clients);
        awaitMoved(servers);
    }
}
