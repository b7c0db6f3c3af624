package io.smc4j.spring.boot.autoconfigure.crac;

/** As in {@code jdk.crac}. */
public interface Resource {

    void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

    void afterRestore(Context<? extends Resource> context) throws Exception;
}
