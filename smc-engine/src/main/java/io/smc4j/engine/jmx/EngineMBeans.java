package io.smc4j.engine.jmx;

import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcSnapshot;
import java.util.function.Supplier;

/**
 * Has an engine be an MBean of the platform's MBean server, once there is one; closed with the engine. Whoever calls
 * {@link #look} now and then decides how soon. Thread-safe.
 */
public sealed interface EngineMBeans extends AutoCloseable permits PlatformMBeans, NoMBeans {

    /** For an engine; does nothing in a Java runtime without JMX. */
    static EngineMBeans of(Supplier<SmcSnapshot> snapshots, PolicyTable policy) {
        return ModuleLayer.boot().findModule("java.management").isPresent() ? new PlatformMBeans(snapshots, policy)
                : new NoMBeans();
    }

    /** Registers the engine if that can be done by now. Returns whether there is nothing left to do. */
    boolean look();

    @Override
    void close();
}
