package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Action;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which listeners go to TCP for a while. Nothing here takes time. */
class AdaptiveRulesTest {

    private static final InetSocketAddress LISTENER = new InetSocketAddress("10.0.0.7", 8080);
    private static final InetSocketAddress OTHER = new InetSocketAddress("fd00::7", 8080);
    private static final int ROW = 5;

    private final PolicyTable policy = new PolicyTable(SmcPolicy.allowAll());
    private final AtomicLong nanoTime = new AtomicLong();
    private final AdaptiveRules adaptive = rules(new AdaptiveConfig(true, ROW, ROW, Duration.ofMinutes(10)));

    private AdaptiveRules rules(AdaptiveConfig config) {
        return new AdaptiveRules(config, policy, nanoTime::get);
    }

    private static void shortLived(AdaptiveRules rules, InetSocketAddress listener, int count) {
        for (int i = 0; i < count; i++) {
            rules.ended(listener, 1_000_000, 9_999_999, 65_535);
        }
    }

    @Test
    void aListenerWithARowOfShortLivedConnectionsGoesToTcpForAWhile() {
        shortLived(adaptive, LISTENER, ROW - 1);
        shortLived(adaptive, OTHER, ROW - 1);
        assertThat(policy.rules()).isEmpty();
        shortLived(adaptive, LISTENER, 1);
        assertThat(policy.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.origin()).isEqualTo(RuleInForce.Origin.ADAPTIVE);
            assertThat(rule.rule()).hasToString(SmcPolicy.Rule.parse(Action.DENY, SmcPolicy.Direction.OUTBOUND, null,
                    "10.0.0.7", "8080").toString());
            assertThat(rule.note()).contains("5 connections in a row");
            assertThat(rule.expiry()).isBetween(Instant.now().plusSeconds(1), Instant.now().plusSeconds(600));
        });
        assertThat(policy.checkOutbound(LISTENER).action()).isEqualTo(Action.DENY);
        assertThat(policy.checkOutbound(OTHER).action()).isEqualTo(Action.ALLOW);
        shortLived(adaptive, OTHER, 1);
        assertThat(policy.checkOutbound(OTHER).action()).isEqualTo(Action.DENY);
        assertThat(policy.checkOutbound(new InetSocketAddress("fd00::7", 8081)).action()).isEqualTo(Action.ALLOW);
    }

    @Test
    void aConnectionThatWasWorthItsHandshakeEndsTheRow() {
        shortLived(adaptive, LISTENER, ROW - 1);
        adaptive.ended(LISTENER, 1_000_000, 10_000_000, 1);
        shortLived(adaptive, LISTENER, ROW - 1);
        adaptive.ended(LISTENER, 1_000_000, 1, 65_536);
        shortLived(adaptive, LISTENER, ROW - 1);
        assertThat(policy.rules()).isEmpty();
    }

    @Test
    void aRowThatTakesLongDoesNotMatter() {
        for (int i = 0; i < 10 * ROW; i++) {
            shortLived(adaptive, LISTENER, 1);
            nanoTime.addAndGet(Duration.ofSeconds(16).toNanos());
        }
        assertThat(policy.rules()).isEmpty();
    }

    private static void stalled(AdaptiveRules rules, InetSocketAddress listener, int times) {
        for (int i = 0; i < times; i++) {
            rules.readerStalled(listener);
        }
    }

    @Test
    void aListenerWhoseReadersStallOverAndOverGoesToTcpForAWhile() {
        stalled(adaptive, LISTENER, ROW - 1);
        stalled(adaptive, OTHER, 1);
        shortLived(adaptive, LISTENER, ROW - 1);
        assertThat(policy.rules()).isEmpty();
        stalled(adaptive, LISTENER, 1);
        assertThat(policy.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.origin()).isEqualTo(RuleInForce.Origin.ADAPTIVE);
            assertThat(rule.note()).contains("5 times");
        });
        assertThat(policy.checkOutbound(LISTENER).action()).isEqualTo(Action.DENY);
        assertThat(policy.checkOutbound(OTHER).action()).isEqualTo(Action.ALLOW);
    }

    @Test
    void stallsThatLieFarApartDoNotMatter() {
        for (int i = 0; i < 10 * ROW; i++) {
            stalled(adaptive, LISTENER, 1);
            nanoTime.addAndGet(Duration.ofMinutes(3).toNanos());
        }
        assertThat(policy.rules()).isEmpty();
    }

    @Test
    void whatSomebodyHasWrittenStands() {
        policy.replace(new SmcPolicy(List.of(SmcPolicy.Rule.parse(Action.ALLOW, null, null, "10.0.0.0/8", null))));
        shortLived(adaptive, LISTENER, 10 * ROW);
        assertThat(policy.rules()).hasSize(1);
        assertThat(policy.checkOutbound(LISTENER).action()).isEqualTo(Action.ALLOW);
    }

    @Test
    void makesNoRuleWhenOffOrWithoutANumber() {
        shortLived(rules(AdaptiveConfig.OFF), LISTENER, 1000);
        shortLived(rules(new AdaptiveConfig(false, 1, 1, Duration.ofMinutes(1))), LISTENER, 1000);
        stalled(rules(AdaptiveConfig.OFF), LISTENER, 1000);
        stalled(rules(new AdaptiveConfig(true, 0, 0, Duration.ofMinutes(1))), LISTENER, 1000);
        shortLived(rules(new AdaptiveConfig(true, 0, 0, Duration.ofMinutes(1))), LISTENER, 1000);
        assertThat(policy.rules()).isEmpty();
    }

    @Test
    void keepsNoMoreListenersThanItNeeds() {
        for (int port = 1; port <= 60_000; port++) {
            shortLived(adaptive, new InetSocketAddress("10.0.0.7", port), 1);
        }
        shortLived(adaptive, LISTENER, 2 * ROW);
        assertThat(policy.rules()).hasSize(1);
    }
}
