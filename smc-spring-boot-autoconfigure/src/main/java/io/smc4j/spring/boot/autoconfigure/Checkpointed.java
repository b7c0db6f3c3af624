package io.smc4j.spring.boot.autoconfigure;

import org.springframework.util.ClassUtils;

/**
 * A bean that lets go of descriptors before the process is frozen by a checkpoint (CRaC). Web servers and whatever else
 * is of the context's lifecycle have stopped then.
 */
public interface Checkpointed {

    /** Whether there may be a checkpoint in this process: the application has {@code org.crac}. */
    static boolean isPossible() {
        return ClassUtils.isPresent("org.crac.Core", Checkpointed.class.getClassLoader());
    }

    /** Ends what is open. What is asked of the bean from now on may open it anew. */
    void beforeCheckpoint();
}
