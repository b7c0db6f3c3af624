package io.smc4j.engine.agent;

import io.smc4j.engine.nio.select.JdkProvider;
import java.io.IOException;
import java.lang.instrument.Instrumentation;

/** Prepares the JVM: who opens a channel later gets one of the engine. Opens nothing itself. */
public final class Agent {

    static final String PROVIDER_PROPERTY = "java.nio.channels.spi.SelectorProvider";

    private Agent() {
    }

    /** Called once, by {@link Premain}. */
    public static void install(String options, Instrumentation instrumentation) {
        AgentSettings settings;
        try {
            settings = AgentSettings.read(options, System.getenv());
        } catch (IllegalArgumentException e) {
            Premain.say("SMC is off: " + e.getMessage());
            return;
        }
        if (!settings.enabled()) {
            return;
        }
        try {
            JdkInternals internals = JdkDoorLoader.open(instrumentation);
            internals.enableNativeAccess();
            JdkProvider.use(internals.selectorProvider());
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            Premain.say("SMC is off: this Java does not let the agent in: " + e);
            return;
        }
        AgentEngine.prepare(settings);
        carryChannels();
    }

    private static void carryChannels() {
        String other = System.getProperty(PROVIDER_PROPERTY);
        if (other == null) {
            System.setProperty(PROVIDER_PROPERTY, AgentSelectorProvider.class.getName());
        } else {
            Premain.say("channels stay with " + other + ", which the system property " + PROVIDER_PROPERTY + " names");
        }
    }
}
