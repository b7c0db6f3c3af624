package io.smc4j.engine.agent;

import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.report.StartLine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The agent's engine, opened by the first who needs it. If it does not open, all stays with the JDK for good: channels
 * and selectors of both kinds do not go together.
 */
final class AgentEngine {

    private static final String SOCKET_IMPL = AgentSocketImpl.class.getName().replace('.', '/');
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static AgentSettings settings;
    /** Of an application, in the place of the agent's own; {@code null} if there is none. */
    private static SmcConfig config;
    private static JdkInternals internals;
    private static boolean socketsCarried;
    private static boolean opening;
    private static volatile boolean off;
    private static volatile SmcProvider engine;
    private static Exclusion exclusion;

    private AgentEngine() {
    }

    /**
     * Called before the program runs.
     *
     * @param given {@code null} for the defaults
     */
    static void prepare(AgentSettings given, JdkInternals jdk) {
        settings = given;
        internals = jdk;
        exclusion = Exclusion.of(given != null ? given.excludedClasses() : List.of());
    }

    /** What the agent was told; defaults if nothing. */
    static AgentSettings told() {
        LOCK.lock();
        try {
            if (settings == null) {
                settings = AgentSettings.read(null, Map.of());
            }
            return settings;
        } finally {
            LOCK.unlock();
        }
    }

    /**
     * Has the engine open with these settings, or take the policy over if it is open.
     *
     * @return whether it has all of them
     */
    static boolean configure(SmcConfig given) {
        LOCK.lock();
        try {
            SmcProvider open = engine;
            if (open == null) {
                config = given;
                return true;
            }
            open.setPolicy(given.policy());
            return AgentDoor.withPolicy(open.config(), given.policy()).equals(given);
        } finally {
            LOCK.unlock();
        }
    }

    /** Leaves everything to the JDK, or to TCP if channels of the engine are there already. */
    static void switchOff() {
        LOCK.lock();
        try {
            if (engine == null) {
                off = true;
            } else {
                engine.setPolicy(new SmcPolicy(List.of(
                        new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.ANY, null, null, null))));
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** The engine, or {@code null} if everything is the JDK's. */
    static SmcProvider get() {
        SmcProvider known = engine;
        return known != null || off ? known : open();
    }

    /** The engine for a channel that the caller opens: {@code null} also if the caller is excluded. */
    static SmcProvider forCaller() {
        SmcProvider known = get();
        return known == null || isCallerExcluded() ? null : known;
    }

    static boolean isCallerExcluded() {
        return exclusion.isCallerExcluded();
    }

    private static SmcProvider open() {
        LOCK.lock();
        try {
            // What the engine itself opens while it opens, as a log handler might, is the JDK's.
            if (engine == null && !off && !opening) {
                opening = true;
                engine = tryOpen();
                off = engine == null;
                opening = false;
            }
            return engine;
        } finally {
            LOCK.unlock();
        }
    }

    /** The property may have been set by the program since. */
    private static String carried() {
        boolean channels = AgentSelectorProvider.class.getName().equals(System.getProperty(Agent.PROVIDER_PROPERTY));
        return channels && socketsCarried ? "channels and sockets" : channels ? "channels" : "sockets";
    }

    static void carriesSockets() {
        socketsCarried = true;
    }

    private static SmcProvider tryOpen() {
        AgentSettings told = told();
        try {
            internals.enableNativeAccess();
            internals.defineSocketImpl(BridgeClass.implementing(SOCKET_IMPL + "OfPlatform", SOCKET_IMPL,
                    "sun/net/PlatformSocketImpl", "(ZZ)V"));
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            Premain.say("SMC is off: this Java does not let the agent in: " + e);
            return null;
        }
        String cause = Smc.unavailabilityCause();
        if (cause == null) {
            try {
                SmcProvider opened = Smc.open(config != null ? config : told.config());
                if (!told.quiet()) {
                    Premain.say("SMC is on: " + StartLine.text(carried(), opened.config(), opened.snapshot()));
                }
                return opened;
            } catch (IOException | RuntimeException | LinkageError e) {
                cause = "engine does not open: " + (e.getMessage() != null ? e.getMessage() : e);
            }
        }
        Premain.say("SMC is off: " + cause);
        return null;
    }
}
