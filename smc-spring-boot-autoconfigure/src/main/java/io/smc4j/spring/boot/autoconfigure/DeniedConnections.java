package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.PolicyTable.Decision;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcSnapshot.Connection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * SMC connections of clients that a rule denies which came after them, if the rule says that it applies to open ones.
 * For one thread.
 */
final class DeniedConnections {

    private final SmcRuntime runtime;
    private Set<String> rules = Set.of();

    DeniedConnections(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    /** Whether such a rule has come since this was asked before. */
    boolean hasNewRules() {
        Set<String> now = runtime.policyTable().rules().stream().filter(RuleInForce::appliesToOpen)
                .map(RuleInForce::id).collect(Collectors.toUnmodifiableSet());
        boolean more = !rules.containsAll(now);
        rules = now;
        return more;
    }

    /** Whether a connection of a client is one of them, or would be, if it came to be SMC. */
    boolean includes(Connection connection) {
        if (rules.isEmpty() || connection.mode() == SmcMode.TCP || connection.peer() == null) {
            return false;
        }
        Decision decision = runtime.policyTable().checkOutbound(connection.peer());
        return decision.action() == Action.DENY && decision.rule().appliesToOpen();
    }
}
