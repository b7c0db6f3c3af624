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
        AgentSettings settings = null;
        if (isTold(options)) {
            try {
                settings = AgentSettings.read(options, System.getenv());
            } catch (IllegalArgumentException e) {
                Premain.say("SMC is off: " + e.getMessage());
                return;
            }
            if (!settings.enabled()) {
                return;
            }
        }
        JdkInternals internals;
        try {
            internals = JdkDoorLoader.open(instrumentation);
            JdkProvider.use(internals.selectorProvider());
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            Premain.say("SMC is off: this Java does not let the agent in: " + e);
            return;
        }
        AgentEngine.prepare(settings, internals);
        AgentDoor.open();
        carryChannels();
        carrySockets(internals, instrumentation);
    }

    /** Defaults are read when the engine opens, which it never does in most JVMs that a variable gives the agent. */
    private static boolean isTold(String options) {
        if (options != null && !options.isBlank()) {
            return true;
        }
        for (String name : System.getenv().keySet()) {
            if (name.startsWith(GivenSettings.PREFIX)) {
                return true;
            }
        }
        return false;
    }

    private static void carrySockets(JdkInternals internals, Instrumentation instrumentation) {
        try {
            internals.defineBridge(BridgeClass.bridge(), BridgeClass.FIELD, new SocketHook(internals));
            SocketRewriter.rewrite(instrumentation, BridgeClass.NAME);
            AgentEngine.carriesSockets();
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            Premain.say("java.net sockets stay on TCP: " + e + (e.getCause() != null ? ": " + e.getCause() : ""));
        }
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
