package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Connection;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.SmcStatistics;
import io.smc4j.spring.boot.autoconfigure.testsupport.ScriptedDiscovery;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connections are named, and when. Nothing here takes time: each look is made by the test. */
class OutdatedConnectionsTests {

    private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 80);
    private static final InetSocketAddress OTHER_PEER = new InetSocketAddress("127.0.0.1", 81);

    private final List<Connection> open = new ArrayList<>();
    private final Map<FallbackReason, Long> fallbacks = new EnumMap<>(FallbackReason.class);
    private int snapshots;
    private final Set<InetSocketAddress> speakSmc = new HashSet<>(Set.of(PEER, OTHER_PEER));
    private final ScriptedDiscovery discovery = new ScriptedDiscovery();
    private final Runtime runtime = new Runtime();
    private final OutdatedConnections outdated = new OutdatedConnections(runtime);

    private void connections(Role role, InetSocketAddress peer, SmcMode mode, FallbackReason reason, int count) {
        for (int i = 0; i < count; i++) {
            open.add(Connection.builder(open.size(), role, Instant.EPOCH).addresses(local(open.size()), peer)
                    .mode(mode, SmcState.ACTIVE).fallback(reason, 0).build());
            if (reason != null) {
                fallbacks.merge(reason, 1L, Long::sum);
            }
        }
    }

    private static InetSocketAddress local(int number) {
        return new InetSocketAddress("127.0.0.1", 10_000 + number);
    }

    private long named() {
        return open.stream().filter(connection -> outdated.includes(connection.local())).count();
    }

    @ParameterizedTest
    @EnumSource(names = {"RECENT_FAILURE", "TIMEOUT", "PEER_LOST"})
    void namesWhatIsOnTcpForAPassingCause(FallbackReason reason) {
        connections(Role.CLIENT, PEER, SmcMode.TCP, reason, 1);
        assertThat(named()).isZero();
        outdated.look();
        assertThat(named()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"RECENT_FAILURE", "TIMEOUT", "PEER_LOST"}, mode = EnumSource.Mode.EXCLUDE)
    void leavesWhatIsOnTcpForACauseThatStays(FallbackReason reason) {
        connections(Role.CLIENT, PEER, SmcMode.TCP, reason, 1);
        outdated.look();
        assertThat(named()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"PEER_WITHOUT_SMC", "NOT_ANNOUNCED", "NOT_IN_DIRECTORY"})
    void namesWhatWasConnectedBeforeTheListenerTold(FallbackReason reason) {
        connections(Role.CLIENT, PEER, SmcMode.TCP, reason, 10);
        connections(Role.CLIENT, OTHER_PEER, SmcMode.TCP, reason, 10);
        outdated.look();
        assertThat(named()).isZero();
        discovery.learn(local(0), PEER);
        outdated.lookAgain();
        outdated.look();
        assertThat(named()).isEqualTo(4);
        outdated.look();
        assertThat(named()).isEqualTo(10);
        discovery.learned().clear();
        outdated.look();
        assertThat(named()).isZero();
    }

    @Test
    void leavesWhatIsOnTcpForAnotherCauseThoughTheListenerTold() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.PEER_DECLINED, 10);
        discovery.learn(local(0), PEER);
        outdated.lookAgain();
        outdated.look();
        assertThat(named()).isZero();
    }

    @Test
    void leavesServersConnectionsAndThoseOnSmc() {
        connections(Role.SERVER, PEER, SmcMode.TCP, FallbackReason.TIMEOUT, 1);
        connections(Role.CLIENT, PEER, SmcMode.SMCD, null, 1);
        connections(Role.CLIENT, PEER, SmcMode.TCP, null, 1);
        outdated.look();
        assertThat(named()).isZero();
    }

    @Test
    void namesWhatIsOnSmcThoughARuleThatAppliesToOpenConnectionsDeniesIt() {
        connections(Role.CLIENT, PEER, SmcMode.SMCD, null, 20);
        connections(Role.CLIENT, PEER, null, null, 1);
        connections(Role.CLIENT, OTHER_PEER, SmcMode.SMCD, null, 1);
        connections(Role.SERVER, PEER, SmcMode.SMCD, null, 1);
        outdated.look();
        assertThat(snapshots).isZero();
        RuleInForce rule = deny(PEER, true);
        outdated.look();
        assertThat(named()).isEqualTo(20);
        outdated.look();
        outdated.look();
        runtime.policyTable().remove(rule.id());
        outdated.look();
        assertThat(named()).isZero();
    }

    @Test
    void leavesWhatIsOnSmcToARuleForNewConnections() {
        connections(Role.CLIENT, PEER, SmcMode.SMCD, null, 1);
        deny(PEER, false);
        deny(OTHER_PEER, true);
        outdated.look();
        assertThat(named()).isZero();
    }

    @Test
    void looksNoMoreWhenNothingIsLeftThatARuleDenies() {
        deny(PEER, true);
        for (int i = 0; i < 10; i++) {
            outdated.look();
        }
        assertThat(snapshots).isEqualTo(2);
    }

    private RuleInForce deny(InetSocketAddress peer, boolean open) {
        SmcPolicy.Rule rule = SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, null, null,
                peer.getAddress().getHostAddress(), Integer.toString(peer.getPort()));
        return runtime.policyTable().add(rule, RuleInForce.Origin.RUNTIME,
                new RuleInForce.Terms(null, null, open), 0);
    }

    @Test
    void namesTwiceAsManyEachTime() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.RECENT_FAILURE, 100);
        outdated.look();
        assertThat(named()).isEqualTo(4);
        outdated.look();
        assertThat(named()).isEqualTo(4 + 8);
        outdated.look();
        assertThat(named()).isEqualTo(4 + 8 + 16);
    }

    @Test
    void namesEachPeersByThemselves() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.RECENT_FAILURE, 10);
        connections(Role.CLIENT, OTHER_PEER, SmcMode.TCP, FallbackReason.RECENT_FAILURE, 10);
        speakSmc.remove(OTHER_PEER);
        outdated.look();
        outdated.look();
        assertThat(named()).isEqualTo(10);
        speakSmc.add(OTHER_PEER);
        outdated.look();
        assertThat(named()).isEqualTo(10 + 4);
    }

    @Test
    void waitsForTheOutcomeOfTheLastOnes() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.RECENT_FAILURE, 10);
        outdated.look();
        connections(Role.CLIENT, PEER, null, null, 1);
        outdated.look();
        assertThat(named()).isZero();
        open.remove(open.size() - 1);
        outdated.look();
        assertThat(named()).isEqualTo(8);
    }

    @Test
    void beginsAnewAfterAFailure() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.RECENT_FAILURE, 100);
        outdated.look();
        outdated.look();
        speakSmc.remove(PEER);
        outdated.look();
        assertThat(named()).isZero();
        speakSmc.add(PEER);
        outdated.look();
        assertThat(named()).isEqualTo(4);
    }

    @Test
    void tellsPoolsOfThoseThatNobodyEnds() {
        List<Set<SocketAddress>> told = new ArrayList<>();
        outdated.register(told::add);
        try {
            connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.TIMEOUT, 2);
            outdated.look();
            open.remove(0);
            outdated.look();
            assertThat(told).contains(Set.of(local(1))).doesNotContain(Set.of(local(0), local(1)));
        } finally {
            outdated.close();
        }
    }

    @Test
    void forgetsWhatIsClosed() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.TIMEOUT, 1);
        outdated.look();
        open.clear();
        outdated.look();
        assertThat(outdated.includes(local(0))).isFalse();
        assertThat(outdated.includes(null)).isFalse();
    }

    @Test
    void takesNoSnapshotsWhileNothingIsOutdated() {
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.PEER_WITHOUT_SMC, 1);
        outdated.look();
        assertThat(snapshots).isZero();
        connections(Role.CLIENT, PEER, SmcMode.TCP, FallbackReason.TIMEOUT, 1);
        for (int i = 0; i < 5; i++) {
            outdated.look();
        }
        assertThat(snapshots).isEqualTo(5);
        open.clear();
        for (int i = 0; i < 5; i++) {
            outdated.look();
        }
        assertThat(snapshots).as("the last one finds nothing").isEqualTo(6);
    }

    /** Not available, so that nothing looks by itself. */
    private final class Runtime implements SmcRuntime {

        private final PolicyTable policy = new PolicyTable(SmcPolicy.allowAll());

        @Override
        public boolean isEnabled() {
            return true;
        }

        @Override
        public String unavailabilityCause() {
            return "a test";
        }

        @Override
        public SelectorProvider selectorProvider() {
            return SelectorProvider.provider();
        }

        @Override
        public boolean mayConnectTo(InetSocketAddress listener) {
            return speakSmc.contains(listener);
        }

        @Override
        public HttpDiscovery httpDiscovery() {
            return discovery;
        }

        @Override
        public SmcConfig config() {
            return SmcConfig.defaults();
        }

        @Override
        public PolicyTable policyTable() {
            return policy;
        }

        @Override
        public Map<FallbackReason, Long> fallbacks() {
            return fallbacks;
        }

        @Override
        public SmcSnapshot snapshot() {
            snapshots++;
            return new SmcSnapshot("", open, List.of(), Map.of(), Map.of(), Map.of(),
                    SmcResources.ofRingMemory(0, 0), null,
                    null, List.of(), SmcStatistics.Report.NONE, SmcMonitor.OFF);
        }
    }
}
