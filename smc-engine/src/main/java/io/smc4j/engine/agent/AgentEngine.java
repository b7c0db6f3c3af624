package io.smc4j.engine.agent;

import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcProvider;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The agent's engine, opened by the first who needs it. If it does not open, all stays with the JDK for good: channels
 * and selectors of both kinds do not go together.
 */
final class AgentEngine {

    private static final ReentrantLock LOCK = new ReentrantLock();

    private static AgentSettings settings;
    private static boolean opening;
    private static volatile boolean off;
    private static volatile SmcProvider engine;
    private static Exclusion exclusion;

    private AgentEngine() {
    }

    /** Called before the program runs. */
    static void prepare(AgentSettings given) {
        settings = given;
        exclusion = Exclusion.of(given.excludedClasses());
    }

    /** The engine, or {@code null} if everything is the JDK's. */
    static SmcProvider get() {
        SmcProvider known = engine;
        return known != null || off ? known : open();
    }

    /** The engine for a channel that the caller opens: {@code null} also if the caller is excluded. */
    static SmcProvider forCaller() {
        SmcProvider known = get();
        return known == null || exclusion.isCallerExcluded() ? null : known;
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

    private static SmcProvider tryOpen() {
        String cause = Smc.unavailabilityCause();
        if (cause == null) {
            try {
                SmcProvider opened = Smc.open(settings.config());
                if (!settings.quiet()) {
                    Premain.say("SMC is on");
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
