package io.smc4j.engine.agent;

import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.nio.select.JdkProvider;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * The JVM's default provider under the agent. Opens the engine with the first TCP channel or selector; the engine's
 * selectors take the JDK's channels as well.
 */
public final class AgentSelectorProvider extends SelectorProvider {

    /** Called by {@link SelectorProvider#provider()}, by the name in the system property. */
    public AgentSelectorProvider() {
    }

    private static SelectorProvider forCaller() {
        SmcProvider engine = AgentEngine.forCaller();
        return engine != null ? engine : JdkProvider.get();
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return forCaller().openSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return forCaller().openSocketChannel(family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return forCaller().openServerSocketChannel();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return forCaller().openServerSocketChannel(family);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        SmcProvider engine = AgentEngine.get();
        return engine != null ? engine.openSelector() : JdkProvider.get().openSelector();
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return JdkProvider.get().openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return JdkProvider.get().openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return JdkProvider.get().openPipe();
    }

    @Override
    public Channel inheritedChannel() throws IOException {
        return JdkProvider.get().inheritedChannel();
    }
}
