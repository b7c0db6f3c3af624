package io.smc4j.engine.agent;

import java.nio.channels.spi.SelectorProvider;

/** What the agent needs of the JDK's inside. */
public interface JdkInternals {

    /** The provider that the JDK has if nobody names another. */
    SelectorProvider selectorProvider() throws ReflectiveOperationException;

    /**
     * Permits native access to the class path as {@code --enable-native-access=ALL-UNNAMED} does, unless the user
     * denies what is not permitted.
     */
    void enableNativeAccess() throws ReflectiveOperationException;
}
