package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Reads a rule from a request as the property {@code smc.policy} is read, with the same leniency in spelling. */
final class PolicyRules {

    private PolicyRules() {
    }

    /**
     * Binds a rule that is to be the first.
     *
     * @throws IllegalArgumentException if a value is not permitted, or the rule would match every peer without saying
     *         so: a misspelt field of a request is ignored, and must not cut off everything
     */
    static SmcPolicy.Rule bind(String action, String direction, String host, String cidr, String port) {
        if (host == null && cidr == null && port == null) {
            throw new IllegalArgumentException("rule must have a host, a cidr or a port; host * means every peer");
        }
        Map<String, String> properties = new HashMap<>();
        put(properties, "action", action);
        put(properties, "direction", direction);
        put(properties, "host", host);
        put(properties, "cidr", cidr);
        put(properties, "port", port);
        try {
            PolicyRule rule = new Binder(new MapConfigurationPropertySource(properties)).bind("rule", PolicyRule.class)
                    .get();
            return SmcPolicy.Rule.parse(rule.action(), rule.direction(), rule.host(), rule.cidr(), rule.port());
        } catch (InvalidSettingException e) {
            throw e.in("policy[0]");
        } catch (BindException e) {
            throw new IllegalArgumentException(e.getProperty() != null
                    ? e.getName() + " cannot be '" + e.getProperty().getValue() + "'" : e.getMessage(), e);
        }
    }

    private static void put(Map<String, String> properties, String name, String value) {
        if (value != null) {
            properties.put("rule." + name, value);
        }
    }
}
