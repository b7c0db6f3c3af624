package io.smc4j.engine;

import java.io.IOException;
import java.util.Map;

/**
 * The Java agent of this process, for those who would open an engine of their own: a process with an agent has one
 * engine. Thread-safe.
 */
public abstract class SmcAgent {

    private static volatile SmcAgent installed;

    /** For the agent. */
    protected SmcAgent() {
    }

    /** The agent; {@code null} if the process has none, or one that leaves all to TCP. */
    public static SmcAgent installed() {
        return installed;
    }

    /** Called by the agent when it is ready. */
    protected static void install(SmcAgent agent) {
        installed = agent;
    }

    /** What the agent was told, by the names of properties below {@code smc}, without the policy. */
    public abstract Map<String, String> properties();

    /**
     * Gives the engine the settings of an application. The agent's rules come behind those of its policy. If the engine
     * is open already, only the policy is taken over.
     *
     * @return whether the engine has, or is to have, all of them
     */
    public abstract boolean configure(SmcConfig config);

    /** Leaves to TCP what is connected from now on. */
    public abstract void switchOff();

    /**
     * The engine, opened if need be. It belongs to the agent, which never closes it.
     *
     * @throws IOException if it did not open, with the cause as message
     */
    public abstract SmcProvider engine() throws IOException;
}
