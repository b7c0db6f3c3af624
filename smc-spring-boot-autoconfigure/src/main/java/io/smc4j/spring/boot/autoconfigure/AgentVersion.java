package io.smc4j.spring.boot.autoconfigure;

import org.springframework.util.ClassUtils;

/** Whether the engine is an agent's, whose jar comes before the application's own, and of another version. */
final class AgentVersion {

    static final String AGENT = "io.smc4j.engine.SmcAgent";

    private AgentVersion() {
    }

    /** What keeps the starter from using it, or {@code null}. Also where the engine's classes are not there at all. */
    static String objection() {
        try {
            Class<?> agent = ClassUtils.forName(AGENT, AgentVersion.class.getClassLoader());
            return agent.getMethod("installed").invoke(null) == null ? null
                    : objection(version(agent), version(AgentVersion.class));
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }

    private static String version(Class<?> type) {
        return type.getPackage().getImplementationVersion();
    }

    /** @param agent and starter versions, each {@code null} if its jar does not tell */
    static String objection(String agent, String starter) {
        return agent == null || starter == null || agent.equals(starter) ? null
                : "the Java agent is of version " + agent + ", and the starter of " + starter;
    }
}
