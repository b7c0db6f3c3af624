package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.RdmaProvider;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Connection;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Device;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Fallback;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Link;
import io.smc4j.spring.boot.autoconfigure.SmcReport.LinkGroup;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Mode;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Outcome;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Reason;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Role;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Smcr;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Traffic;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A runtime that reports a fixed scene and counts how often it is asked: the sample of the actuator's tests. */
public class StubSmcRuntime implements SmcRuntime {

    /** The peer has no SMC. */
    public static final Reason PEER_WITHOUT_SMC = new Reason("PEER_WITHOUT_SMC", "0x03010000",
            "peer did not announce SMC", "run smc4j on the other side as well");
    /** The peer sent a Decline. */
    public static final Reason PEER_DECLINED = new Reason("PEER_DECLINED", "0x05000000", "peer declined", "");

    private final AtomicInteger reports = new AtomicInteger();
    private volatile SmcReport report;

    /** Reports the {@link #sample()}. */
    public StubSmcRuntime() {
        this(sample());
    }

    /** Reports this. */
    public StubSmcRuntime(SmcReport report) {
        this.report = report;
    }

    /** One connection of every kind. */
    public static SmcReport sample() {
        Instant since = Instant.parse("2026-01-02T03:04:05Z");
        return new SmcReport(true, null, "25", "Linux 6.1 amd64", "00".repeat(15) + "2a", configuration(List.of()),
                List.of(new Connection(1, Role.CLIENT, "127.0.0.1:40000", "127.0.0.1:8080", Mode.SMCD, "ACTIVE",
                                262144, 65536, 1234567, 89, null, null, 1, null, since),
                        new Connection(2, Role.SERVER, "127.0.0.1:8080", "[fd00::1]:40001", Mode.TCP, "ACTIVE", 0, 0,
                                5, 6, PEER_WITHOUT_SMC, null, null, null, since),
                        new Connection(3, Role.CLIENT, "127.0.0.1:40002", "127.0.0.1:9090", Mode.TCP, "ACTIVE", 0, 0,
                                7, 8, PEER_DECLINED, "0x03030000", null, null, since),
                        new Connection(4, Role.CLIENT, "127.0.0.1:40003", "127.0.0.1:8080", null, "INIT", 0, 0, 0, 0,
                                null, null, null, null, since),
                        new Connection(5, Role.SERVER, "10.9.0.1:8080", "10.9.0.2:40004", Mode.SMCR, "ACTIVE", 131072,
                                65536, 9, 10, null, null, 2, 1, since)),
                List.of(new LinkGroup(1, Mode.SMCD, Role.CLIENT, "00".repeat(15) + "2b", 4711, 1, 65536, null),
                        new LinkGroup(2, Mode.SMCR, Role.SERVER, "00".repeat(15) + "2c", null, 1, 65536,
                                new Smcr(2, "SINGLE", "SMC4J", "hostb", 255, List.of(new Link(1, "ACTIVE", "rxe_a", 1,
                                        "0000:0000:0000:0000:0000:ffff:0a09:0001",
                                        "0000:0000:0000:0000:0000:ffff:0a09:0002", 17, 18, 1))))),
                Map.of(Outcome.SMC, 10L, Outcome.FALLBACK, 3L, Outcome.FAILED, 1L),
                List.of(new Fallback(PEER_WITHOUT_SMC, 2), new Fallback(PEER_DECLINED, 1)),
                Map.of(Mode.SMCD, new Traffic(1234567, 89), Mode.SMCR, new Traffic(9, 10), Mode.TCP, new Traffic(12, 14)),
                new SmcReport.RingMemory(131072, 536870912), new SmcReport.Rdma(RdmaProvider.VERBS, null),
                List.of(new Device("rxe_a", 1, "eth0", true, List.of("0 v2 fe80:0000:0000:0000:5054:00ff:fe00:000a",
                                "1 v2 0000:0000:0000:0000:0000:ffff:0a09:0001"), 1),
                        new Device("mlx5_0", 1, "", false, List.of(), 0)));
    }

    /** The same without RDMA, of which nothing else is to be seen then. */
    public static SmcReport sampleWithoutRdma(Reason objection) {
        SmcReport sample = sample();
        return new SmcReport(true, null, sample.java(), sample.os(), sample.gid(), sample.configuration(),
                sample.connections().subList(0, 4), sample.linkGroups().subList(0, 1), sample.handshakes(),
                sample.fallbacks(), sample.bytes(), sample.ringMemory(),
                new SmcReport.Rdma(RdmaProvider.NONE, objection), List.of());
    }

    private static SmcReport.Configuration configuration(List<PolicyRule> policy) {
        return new SmcReport.Configuration(true, true, true, 262144, 65536, 16384,
                Duration.ofSeconds(10), 536870912, Duration.ofSeconds(5),
                Duration.ofSeconds(30), SmcProperties.SpinMode.ADAPTIVE, Duration.ofNanos(50_000), true,
                new SmcProperties.Rdma(RdmaProvider.AUTO, List.of("SMC4J"), null, 0, -1, List.of(), 2, 255), true,
                List.of("10.9.0.2:8080"), policy);
    }

    /** How often a report was asked for. */
    public int reports() {
        return reports.get();
    }

    @Override
    public boolean isAvailable() {
        return report.available();
    }

    @Override
    public SelectorProvider selectorProvider() {
        return SelectorProvider.provider();
    }

    @Override
    public SmcReport report() {
        reports.incrementAndGet();
        return report;
    }

    @Override
    public List<Reason> fallbackReasons() {
        return List.of(PEER_WITHOUT_SMC, PEER_DECLINED, new Reason("POLICY", "0x0A000002", "denied by policy", ""));
    }

    @Override
    public void setPolicy(List<PolicyRule> rules) {
        SmcPropertiesCheck.checkPolicy("policy", rules);
        SmcReport old = report;
        report = new SmcReport(old.available(), old.cause(), old.java(), old.os(), old.gid(), configuration(rules),
                old.connections(), old.linkGroups(), old.handshakes(), old.fallbacks(), old.bytes(), old.ringMemory(),
                old.rdma(), old.devices());
    }
}
