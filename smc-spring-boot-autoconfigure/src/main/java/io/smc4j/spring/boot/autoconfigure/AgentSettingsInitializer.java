package io.smc4j.spring.boot.autoconfigure;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** Unites the settings before the first bean connects to anything, which opens the engine. Loads without the engine. */
class AgentSettingsInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (ClassUtils.isPresent(AgentVersion.AGENT, getClass().getClassLoader())
                && AgentVersion.objection() == null) {
            UnitedSettings.unite(context.getEnvironment());
        }
    }
}
