package io.smc4j.engine.agent;

import java.net.SocketImpl;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Function;

/** What the agent needs of the JDK's inside. */
public interface JdkInternals {

    /** The provider that the JDK has if nobody names another. */
    SelectorProvider selectorProvider() throws ReflectiveOperationException;

    /**
     * Permits native access to the class path as {@code --enable-native-access=ALL-UNNAMED} does, unless the user
     * denies what is not permitted.
     */
    void enableNativeAccess() throws ReflectiveOperationException;

    /** Defines a class beside {@code java.net.SocketImpl}, and sets its static field to the function. */
    void defineBridge(byte[] bridge, String field, Function<Boolean, SocketImpl> factory)
            throws ReflectiveOperationException;

    /** Defines the subclass of {@link AgentSocketImpl} that is one of the JDK's platform implementations. */
    void defineSocketImpl(byte[] subclass) throws ReflectiveOperationException;

    /** A new implementation that is the JDK's. */
    SocketImpl jdkSocketImpl(boolean server);

    /** A new implementation of the class defined. */
    SocketImpl agentSocketImpl(boolean server, boolean ofJdk);
}
