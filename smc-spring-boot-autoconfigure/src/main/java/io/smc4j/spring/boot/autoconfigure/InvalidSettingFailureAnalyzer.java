package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.InvalidSettingException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Explains an {@link InvalidSettingException}: which property, its value and where it was set, what is permitted. */
class InvalidSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingException> {

    private final Environment environment;

    InvalidSettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingException cause) {
        ConfigurationProperty source = find(cause.name());
        ConfigurationProperty origin = (source != null) ? source : findList(cause.name());
        StringBuilder description = new StringBuilder("Invalid SMC configuration:\n\n");
        // An engine that the application opens itself has settings, but no properties of these names.
        description.append(cause.name().startsWith("smc.") ? "    Property: " : "    Setting: ").append(cause.name());
        if (cause.value() != null) {
            description.append("\n    Value: \"").append(source != null ? source.getValue() : cause.value())
                    .append('"');
        }
        if (origin != null && origin.getOrigin() != null) {
            description.append("\n    Origin: ").append(origin.getOrigin());
        }
        description.append("\n    Permitted: ").append(cause.permitted());
        return new FailureAnalysis(description.toString(), "Set '" + cause.name() + "' to a permitted value"
                + (cause.value() != null ? " or remove it." : "."), cause);
    }

    /** The property that has an element of a list between commas; {@code null} if the name is no element's. */
    private ConfigurationProperty findList(String name) {
        return name.endsWith("]") ? find(name.substring(0, name.lastIndexOf('['))) : null;
    }

    private ConfigurationProperty find(String name) {
        ConfigurationPropertyName propertyName = ConfigurationPropertyName.of(name);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(propertyName);
            if (property != null) {
                return property;
            }
        }
        return null;
    }
}
