package io.smc4j.engine.agent;

import java.net.SocketImpl;
import java.util.function.Function;

/** What the JDK calls for the implementation of a socket, with whether it is for a server socket. */
final class SocketHook implements Function<Boolean, SocketImpl> {

    private final JdkInternals internals;

    SocketHook(JdkInternals internals) {
        this.internals = internals;
    }

    @Override
    public SocketImpl apply(Boolean server) {
        if (AgentEngine.get() == null || JdkSockets.isOpening()) {
            return internals.jdkSocketImpl(server);
        }
        return internals.agentSocketImpl(server, AgentEngine.isCallerExcluded());
    }
}
