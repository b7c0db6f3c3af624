package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Connection;
import io.smc4j.engine.SmcSnapshot.Device;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Link;
import io.smc4j.engine.SmcSnapshot.LinkGroup;
import io.smc4j.engine.SmcSnapshot.LinkGroupType;
import io.smc4j.engine.SmcSnapshot.LinkState;
import io.smc4j.engine.SmcSnapshot.Rdma;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcSnapshot.SharedMemory;
import io.smc4j.engine.SmcSnapshot.Smcr;
import io.smc4j.engine.SmcSnapshot.Traffic;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.SmcStatistics;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A runtime that shows a fixed scene and counts how often it is asked: the sample of the actuator's tests. */
public class StubSmcRuntime implements SmcRuntime {

    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");

    private final AtomicInteger snapshots = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private final SmcConfig config;
    private final SmcSnapshot snapshot;
    private final PolicyTable policy;

    /** Shows the {@link #sample()}, with the default settings. */
    public StubSmcRuntime() {
        this(SmcConfig.defaults(), sample());
    }

    /** Shows this, with settings by properties. */
    public StubSmcRuntime(SmcProperties properties, SmcSnapshot snapshot) {
        this(SmcConfigs.of(properties), snapshot);
    }

    /** Shows this. */
    public StubSmcRuntime(SmcConfig config, SmcSnapshot snapshot) {
        this.config = config;
        this.snapshot = snapshot;
        this.policy = new PolicyTable(config.policy());
    }

    /** One connection of every kind. */
    public static SmcSnapshot sample() {
        return sample(new Rdma(RdmaConfig.Provider.VERBS, null, List.of(
                new Device("rxe_a", 1, "eth0", true, List.of("0 v2 fe80:0000:0000:0000:5054:00ff:fe00:000a",
                        "1 v2 0000:0000:0000:0000:0000:ffff:0a09:0001"), 1),
                new Device("mlx5_0", 1, "", false, List.of(), 0))));
    }

    /** The same where RDMA is what is said. */
    public static SmcSnapshot sample(Rdma rdma) {
        return new SmcSnapshot("00".repeat(15) + "2a", List.of(
                connection(3, Role.CLIENT).addresses(at("127.0.0.1", 40002), at("127.0.0.1", 9090))
                        .mode(SmcMode.TCP, SmcState.ACTIVE).traffic(7, 8)
                        .fallback(FallbackReason.PEER_DECLINED, 0x03030000).build(),
                connection(1, Role.CLIENT).addresses(at("127.0.0.1", 40000), at("127.0.0.1", 8080))
                        .mode(SmcMode.SMCD, SmcState.ACTIVE).bufferSizes(262144, 65536).traffic(1234567, 89)
                        .linkGroup(1, 0).build(),
                connection(2, Role.SERVER).addresses(at("127.0.0.1", 8080), at("fd00::1", 40001))
                        .mode(SmcMode.TCP, SmcState.ACTIVE).traffic(5, 6)
                        .fallback(FallbackReason.PEER_WITHOUT_SMC, 0).build(),
                connection(4, Role.CLIENT).addresses(null, InetSocketAddress.createUnresolved("example.com", 80))
                .build(), connection(5, Role.SERVER).addresses(at("10.9.0.1", 8080), at("10.9.0.2", 40004))
                        .mode(SmcMode.SMCR, SmcState.APPCLOSEWAIT1).bufferSizes(131072, 65536).traffic(9, 10)
                        .linkGroup(2, 1).build()),
                List.of(new LinkGroup(1, SmcMode.SMCD, Role.CLIENT, "00".repeat(15) + "2b", 4711, 1, 65536, null),
                        new LinkGroup(2, SmcMode.SMCR, Role.SERVER, "00".repeat(15) + "2c", 0, 1, 65536,
                                new Smcr(2, LinkGroupType.SINGLE, "SMC4J", "hostb", 255, List.of(
                                        new Link(1, LinkState.ACTIVE, "rxe_a", 1,
                                                "0000:0000:0000:0000:0000:ffff:0a09:0001",
                                                "0000:0000:0000:0000:0000:ffff:0a09:0002", 17, 18, 1))))),
                Map.of(HandshakeOutcome.SMC, 10L, HandshakeOutcome.FALLBACK, 3L),
                Map.of(FallbackReason.PEER_DECLINED, 1L, FallbackReason.PEER_WITHOUT_SMC, 2L, FallbackReason.POLICY,
                0L), Map.of(SmcMode.SMCD, new Traffic(1234567, 89), SmcMode.SMCR, new Traffic(9, 10),
                        SmcMode.TCP, new Traffic(12, 14)),
                SmcResources.ofRingMemory(131072, 536870912),
                new SharedMemory("/run/smc4j", null, List.of("00".repeat(15) + "2b",
                        "00".repeat(15) + "2d")), rdma, List.of(at("10.9.0.3", 8080)), statistics(), monitor());
    }

    private static SmcMonitor monitor() {
        SmcFlow flow = new SmcFlow(new SmcFlow.Rate(100, 200), new SmcFlow.Rate(10, 20), new SmcFlow.Rate(1, 2), 300,
                Duration.ofSeconds(7), Duration.ofSeconds(8), Duration.ofSeconds(9));
        return new SmcMonitor(true, Map.of(SmcMode.SMCD, flow), List.of(new SmcMonitor.Peer(1, SmcMode.SMCD, flow)),
                List.of(new SmcMonitor.SlowReader(1, SmcMode.SMCD, at("127.0.0.1", 40000), at("127.0.0.1", 8080),
                        SINCE, 300)), 4);
    }

    private static SmcStatistics.Report statistics() {
        SmcStatistics first = statistics(2);
        SmcStatistics all = statistics(5);
        return new SmcStatistics.Report(SINCE, SINCE.plusSeconds(60), all, all.since(first));
    }

    private static SmcStatistics statistics(long n) {
        long[] sizes = new long[SmcStatistics.SIZE_CLASSES.size()];
        sizes[1] = n;
        return new SmcStatistics(
                Map.of(Role.CLIENT, new SmcStatistics.Connections(4 * n, n, n,
                        Map.of(FallbackReason.PEER_WITHOUT_SMC, 2 * n))),
                Map.of(SmcMode.SMCD, new SmcStatistics.Traffic(new SmcStatistics.Calls(10_000 * n, sizes),
                        new SmcStatistics.Calls(0, new long[sizes.length]))),
                new SmcStatistics.Rings(n, 2 * n, 3 * n, SmcStatistics.bySize(sizes), 4 * n, 5 * n),
                new SmcStatistics.Waiting(6 * n, 7 * n, 8 * n, 9 * n, 10 * n));
    }

    private static Connection.Builder connection(long id, Role role) {
        return Connection.builder(id, role, SINCE);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(address, port);
    }

    /** How often a snapshot was asked for. */
    public int snapshots() {
        return snapshots.get();
    }

    /** How often the statistics were reset. */
    public int resets() {
        return resets.get();
    }

    @Override
    public void resetStatistics() {
        resets.incrementAndGet();
    }

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public String unavailabilityCause() {
        return null;
    }

    @Override
    public SelectorProvider selectorProvider() {
        return SelectorProvider.provider();
    }

    @Override
    public SmcConfig config() {
        return config;
    }

    @Override
    public PeerCheck check(String host, int port, Duration timeout) {
        return new PeerCheck(host + " " + port, null, List.of(new PeerCheck.Step("resolve", true, host)), "a stub", "");
    }

    @Override
    public PolicyTable policyTable() {
        return policy;
    }

    @Override
    public SmcSnapshot snapshot() {
        snapshots.incrementAndGet();
        return snapshot;
    }
}
