package io.smc4j.engine.agent;

import io.smc4j.engine.Smc;
import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the JVM calls for {@code -javaagent}. Compiled for Java 17 as the values are: where there can be no SMC it says
 * so in one line, and the program runs as without it.
 */
public final class Premain {

    /** The first Java for which {@code Agent} and what it uses are compiled. */
    private static final int REQUIRED_JAVA = 22;

    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private Premain() {
    }

    /** Called before the program's {@code main}. Throws nothing: that would end the program. */
    public static void premain(String options, Instrumentation instrumentation) {
        if (!STARTED.compareAndSet(false, true)) {
            say("the agent is there twice; the first counts, with its options");
        } else if (Runtime.version().feature() < REQUIRED_JAVA) {
            say("SMC is off: " + Smc.unavailabilityCause());
        } else {
            install(options, instrumentation);
        }
    }

    private static void install(String options, Instrumentation instrumentation) {
        try {
            Class.forName("io.smc4j.engine.agent.Agent").getMethod("install", String.class, Instrumentation.class)
                    .invoke(null, options, instrumentation);
        } catch (ReflectiveOperationException | LinkageError e) {
            say("SMC is off: the agent does not load: " + (e.getCause() != null ? e.getCause() : e));
        }
    }

    /**
     * Called when somebody loads the agent into a process that runs.
     *
     * @throws UnsupportedOperationException always: selectors and sockets of the JDK are there, which know no SMC
     */
    public static void agentmain(String options, Instrumentation instrumentation) {
        throw new UnsupportedOperationException("smc4j joins a program at its start only, by -javaagent:"
                + " the sockets that this one has made already would not go with its own");
    }

    /** One line for the user. Not by a logger: to make one now would choose the program's log manager for it. */
    static void say(String text) {
        System.err.println("smc4j: " + text);
    }
}
