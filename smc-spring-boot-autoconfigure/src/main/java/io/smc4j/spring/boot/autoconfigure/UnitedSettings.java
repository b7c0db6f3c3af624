package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcAgent;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Where there is the Java agent, its settings are those of the application unless this has others, and the agent's
 * engine has them all.
 */
final class UnitedSettings {

    private static final String SOURCE = "smc4j-agent";

    private UnitedSettings() {
    }

    static void unite(ConfigurableEnvironment environment) {
        SmcAgent agent = SmcAgent.installed();
        if (agent != null) {
            unite(environment, agent);
        }
    }

    static void unite(ConfigurableEnvironment environment, SmcAgent agent) {
        Map<String, Object> properties = new LinkedHashMap<>();
        agent.properties().forEach((name, value) -> properties.put("smc." + name, value));
        if (!properties.isEmpty() && !environment.getPropertySources().contains(SOURCE)) {
            environment.getPropertySources().addLast(new MapPropertySource(SOURCE, properties));
        }
        try {
            SmcProperties bound = Binder.get(environment).bindOrCreate("smc", SmcProperties.class);
            if (SmcSwitches.of(bound).causeOff(Side.ANY) != null) {
                agent.switchOff();
            } else {
                agent.configure(SmcConfigs.of(bound));
            }
        } catch (BindException | InvalidSettingException e) {
            // The bean of the properties says so, in the way of the application.
        }
    }
}
