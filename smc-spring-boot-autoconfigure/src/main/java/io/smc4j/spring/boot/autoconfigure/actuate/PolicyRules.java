package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Reads rules from a request as the property {@code smc.policy} is read, with the same leniency in spelling. */
final class PolicyRules {

    private PolicyRules() {
    }

    /**
     * Binds rules.
     *
     * @throws IllegalArgumentException if a field is unknown or not of its type; the message names it
     */
    static List<PolicyRule> bind(List<Map<String, String>> rules) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            String rule = "policy[" + i + "].";
            rules.get(i).forEach((name, value) -> properties.put(rule + name, value));
        }
        try {
            return new Binder(new MapConfigurationPropertySource(properties))
                    .bind("policy", Bindable.listOf(PolicyRule.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                    .orElse(List.of());
        } catch (BindException e) {
            throw new IllegalArgumentException(e.getMessage() + ": " + e.getCause().getMessage(), e);
        }
    }
}
