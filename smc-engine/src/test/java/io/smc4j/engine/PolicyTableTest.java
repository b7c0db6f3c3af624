package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyTableTest {

    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.7", 8080);

    private final PolicyTable table = new PolicyTable(SmcPolicy.allowAll());

    @Test
    void theFirstRuleThatMatchesDecidesAndIsCounted() {
        RuleInForce range = table.add(deny("10.0.0.0/8"), Origin.RUNTIME, Terms.NONE, 0);
        RuleInForce one = table.add(allow("10.0.0.7"), Origin.RUNTIME, Terms.NONE, 0);
        assertThat(table.decideOutbound(PEER)).isEqualTo(new PolicyTable.Decision(Action.ALLOW, one));
        assertThat(table.decideInbound(address("10.0.0.8"), 80).rule()).isSameAs(range);
        assertThat(table.decideInbound(address("10.0.0.8"), 80).action()).isEqualTo(Action.DENY);
        assertThat(table.decideInbound(address("11.0.0.8"), 80)).isEqualTo(
                new PolicyTable.Decision(Action.ALLOW, null));
        assertThat(one.hits()).isEqualTo(1);
        assertThat(range.hits()).isEqualTo(2);
        assertThat(one.lastHit()).isNotNull();
    }

    @Test
    void aCheckIsNoHit() {
        RuleInForce rule = table.add(deny("10.0.0.0/8"), Origin.RUNTIME, Terms.NONE, 0);
        assertThat(table.checkOutbound(PEER).rule()).isSameAs(rule);
        assertThat(table.checkInbound(PEER.getAddress(), 80).rule()).isSameAs(rule);
        assertThat(rule.hits()).isZero();
        assertThat(rule.lastHit()).isNull();
    }

    @Test
    void configuredRulesAreCalledByTheirPlaces() {
        PolicyTable configured = new PolicyTable(new SmcPolicy(List.of(deny("10.0.0.1"), deny("10.0.0.2"))));
        assertThat(configured.rules()).extracting(RuleInForce::id).containsExactly("c0", "c1");
        assertThat(configured.remove("c0")).isTrue();
        assertThat(configured.remove("c0")).isFalse();
        assertThat(configured.rules()).extracting(RuleInForce::id).containsExactly("c1");
    }

    @Test
    void rulesOfTheEnginesOwnStandBehindThoseThatSomebodyHasWritten() {
        RuleInForce adaptive = table.add(deny("10.0.0.7"), Origin.ADAPTIVE, Terms.NONE, 0);
        RuleInForce written = table.add(allow("10.0.0.7"), Origin.RUNTIME, Terms.NONE, 0);
        RuleInForce second = table.add(deny("10.0.0.9"), Origin.ADAPTIVE, Terms.NONE, 0);
        assertThat(table.rules()).containsExactly(written, adaptive, second);
    }

    @Test
    void aRuleEndsWithItsTimeWhateverTheClockOfDaySays() {
        AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
        PolicyTable clocked = new PolicyTable(SmcPolicy.allowAll(), null, nanoTime::get);
        RuleInForce rule = clocked.add(deny("10.0.0.7"), Origin.RUNTIME,
                new Terms("for an hour", Instant.now().plus(Duration.ofHours(1)), false), 0);
        nanoTime.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(clocked.rules()).containsExactly(rule);
        assertThat(clocked.checkOutbound(PEER).action()).isEqualTo(Action.DENY);
        nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(clocked.checkOutbound(PEER).action()).isEqualTo(Action.ALLOW);
        assertThat(clocked.rules()).isEmpty();
        assertThat(clocked.remove(rule.id())).isFalse();
    }

    @Test
    void anExpiryIsInTheFutureButNotForEver() {
        for (Instant expiry : List.of(Instant.now().minusSeconds(1), Instant.MIN, Instant.MAX)) {
            assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> table.add(deny("10.0.0.7"),
                    Origin.RUNTIME, new Terms(null, expiry, false), 0)).withMessageStartingWith("expiry is '");
        }
        assertThat(table.rules()).isEmpty();
    }

    @Test
    void writersAtOnceLoseNoRule() throws Exception {
        int writers = 4;
        int each = 100;
        CyclicBarrier start = new CyclicBarrier(writers);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Callable<List<RuleInForce>>> work = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                int writer = i;
                work.add(() -> {
                    start.await();
                    List<RuleInForce> added = new ArrayList<>();
                    for (int n = 0; n < each; n++) {
                        added.add(table.add(deny("10." + writer + ".0." + n), Origin.RUNTIME, Terms.NONE, n % 3));
                        if (n % 2 == 1) {
                            table.remove(added.remove(0).id());
                        }
                    }
                    return added;
                });
            }
            List<RuleInForce> left = new ArrayList<>();
            for (Future<List<RuleInForce>> result : threads.invokeAll(work)) {
                left.addAll(result.get());
            }
            assertThat(table.rules()).containsExactlyInAnyOrderElementsOf(left);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void otherRulesInThePlaceOfAllKeepWhatWasInForce() {
        RuleInForce kept = table.add(deny("10.0.0.7"), Origin.RUNTIME, Terms.NONE, 0);
        table.add(deny("10.0.0.8"), Origin.RUNTIME, Terms.NONE, 0);
        table.decideOutbound(PEER);
        table.replace(new SmcPolicy(List.of(deny("10.0.0.9"), deny("10.0.0.7"), deny("10.0.0.7"))));
        assertThat(table.rules()).hasSize(3).doesNotHaveDuplicates();
        assertThat(table.rules().get(1)).isSameAs(kept);
        assertThat(kept.hits()).isEqualTo(1);
    }

    @Test
    void aThousandRulesAndMoreDecideRightUpToALimit() {
        table.replace(new SmcPolicy(IntStream.range(0, PolicyTable.MAX_RULES)
                .mapToObj(i -> deny("10." + i / 256 + "." + i % 256 + ".1")).toList()));
        assertThat(table.decideOutbound(new InetSocketAddress(address("10.3.231.1"), 80)).rule())
                .isSameAs(table.rules().get(999));
        assertThat(table.decideOutbound(PEER).rule()).isNull();
        assertThatIllegalStateException().isThrownBy(
                () -> table.add(deny("10.0.0.7"), Origin.RUNTIME, Terms.NONE, 0)).withMessageContaining("limit");
    }

    @Test
    void aFixedTableSaysWhyItDoesNotChange() {
        PolicyTable fixed = PolicyTable.fixed(new SmcPolicy(List.of(deny("10.0.0.7"))), "SMC is off: a test");
        assertThatIllegalStateException().isThrownBy(() -> fixed.remove("c0")).withMessage("SMC is off: a test");
        assertThatIllegalStateException().isThrownBy(() -> fixed.replace(SmcPolicy.allowAll()));
        assertThatIllegalStateException().isThrownBy(
                () -> fixed.add(deny("10.0.0.8"), Origin.RUNTIME, Terms.NONE, 0));
        assertThat(fixed.rules()).hasSize(1);
    }

    @Test
    void namesMatchAsTheCallerWroteThem() {
        RuleInForce rule = table.add(SmcPolicy.Rule.parse(Action.DENY, Direction.OUTBOUND, "Orders", null, "8080"),
                Origin.RUNTIME, Terms.NONE, 0);
        assertThat(table.checkOutbound(InetSocketAddress.createUnresolved("ORDERS", 8080)).rule()).isSameAs(rule);
        assertThat(table.checkOutbound(InetSocketAddress.createUnresolved("orders", 8081)).rule()).isNull();
        assertThat(table.checkInbound(address("10.0.0.7"), 8080).rule()).isNull();
    }

    private static SmcPolicy.Rule deny(String cidr) {
        return SmcPolicy.Rule.parse(Action.DENY, null, null, cidr, null);
    }

    private static SmcPolicy.Rule allow(String cidr) {
        return SmcPolicy.Rule.parse(Action.ALLOW, null, null, cidr, null);
    }

    private static InetAddress address(String digits) {
        return new InetSocketAddress(digits, 0).getAddress();
    }
}
