package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.SmcPolicy.Rule;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.discovery.Announcer;
import io.smc4j.engine.smcr.LoopedRdma;
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
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

/** Two engines with an SMC-R connection between them, over RDMA that is none. */
abstract class LoopedEngines extends TwoEngines {

    /** Who finds out that the path is lost, or leaves it, and how. */
    enum End { CLIENT_LOSES, SERVER_LOSES, BOTH_LOSE, CLIENT_LEAVES, SERVER_LEAVES, BOTH_LEAVE }

    private static final List<SmcConfig.Peer> LOOPBACK =
            List.of(new SmcConfig.Peer(SmcPolicy.Cidr.parse("127.0.0.0/8"), new PortRange(1, 65535)));

    private final Set<String> before = descriptors();
    LoopedRdma.Wire wire;
    LoopedRdma ofClients;
    LoopedRdma ofServers;

    /** @param resumable whether both sides agree that connections go on over TCP */
    final void open(boolean resumable, SmcConfig.Builder config) throws Exception {
        close();
        wire = new LoopedRdma.Wire(resumable);
        SmcConfig settings = config.sharedMemoryEnabled(false).peers(LOOPBACK).build();
        open(engine(settings, rdma -> ofClients = rdma), engine(settings, rdma -> ofServers = rdma));
        connect();
        assertThat(mode(clients)).isEqualTo(SmcMode.SMCR);
    }

    private SmcSelectorProvider engine(SmcConfig settings, Consumer<LoopedRdma> taker) throws IOException {
        return EngineAccess.providerOf(new SmcEngine(settings, LoopedRdma.opener(wire, taker), () -> Announcer.NONE));
    }

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

    /** Has the path end as seen from one end or both; what is on its way then is lost if it is. */
    final void end(End end) {
        switch (end) {
            case CLIENT_LEAVES -> denyAll(clients);
            case SERVER_LEAVES -> denyAll(servers);
            case BOTH_LEAVE -> {
                denyAll(clients);
                denyAll(servers);
            }
            default -> {
                wire.cut();
                if (end != End.SERVER_LOSES) {
                    ofClients.lose();
                }
                if (end != End.CLIENT_LOSES) {
                    ofServers.lose();
                }
            }
        }
    }

    private static void denyAll(SmcSelectorProvider engine) {
        Rule rule = new Rule(Action.DENY, Direction.ANY, null, null, new PortRange(1, 65535));
        engine.policyTable().add(rule, Origin.RUNTIME, new Terms(null, null, true), 0);
    }
}
