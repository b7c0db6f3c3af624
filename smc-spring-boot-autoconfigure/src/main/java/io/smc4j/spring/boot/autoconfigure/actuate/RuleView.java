package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcPolicy;
import java.time.Instant;
import java.util.List;

/** A rule in force as the endpoint shows it: what it says, as in the property, and what came of it. */
record RuleView(String id, SmcPolicy.Action action, SmcPolicy.Direction direction, SmcPolicy.HostPattern host,
        SmcPolicy.Cidr cidr, SmcPolicy.PortRange port, RuleInForce.Origin origin, String note, Instant expiry,
        String applyTo, long hits, Instant lastHit) {

    static RuleView of(RuleInForce rule) {
        SmcPolicy.Rule text = rule.rule();
        return new RuleView(rule.id(), text.action(), text.direction(), text.host(), text.cidr(), text.port(),
                rule.origin(), rule.note(), rule.expiry(), rule.appliesToOpen() ? "OPEN" : null, rule.hits(),
                rule.lastHit());
    }

    static List<RuleView> all(PolicyTable table) {
        return table.rules().stream().map(RuleView::of).toList();
    }
}
