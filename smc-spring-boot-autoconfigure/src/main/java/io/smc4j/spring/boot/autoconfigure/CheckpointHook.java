package io.smc4j.spring.boot.autoconfigure;

import org.crac.Context;
import org.crac.Resource;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Told of checkpoints by a JVM with CRaC. Spring registers itself when the context is complete, and so is told before,
 * as the last that came is the first to be told.
 */
final class CheckpointHook implements Resource {

    private final SmcRuntime runtime;
    private final ObjectProvider<Checkpointed> users;

    /** @param users of the channels */
    CheckpointHook(SmcRuntime runtime, ObjectProvider<Checkpointed> users) {
        this.runtime = runtime;
        this.users = users;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        users.forEach(Checkpointed::beforeCheckpoint);
        if (runtime instanceof RestorableSmcRuntime engine) {
            engine.suspend();
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        if (runtime instanceof RestorableSmcRuntime engine) {
            engine.resume();
        }
    }
}
