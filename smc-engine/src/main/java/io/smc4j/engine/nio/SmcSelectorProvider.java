package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Map;

/** An SMC engine, seen as what makes channels. */
public final class SmcSelectorProvider extends SelectorProvider implements AutoCloseable {

    private final SelectorProvider jdk = SelectorProvider.provider();
    private final SmcConfig config;

    private SmcSelectorProvider(SmcConfig config) {
        this.config = config;
    }

    public static SmcSelectorProvider open(SmcConfig config) throws IOException {
        return new SmcSelectorProvider(config);
    }

    public SmcConfig config() {
        return config;
    }

    /** Replaces the policy; it decides about connections made from now on. */
    public void setPolicy(SmcPolicy policy) {
    }

    public SmcSnapshot snapshot() {
        return new SmcSnapshot("0".repeat(32), List.of(), List.of(), Map.of(), Map.of(), Map.of(), 0, config.memoryLimit());
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return jdk.openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return jdk.openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return jdk.openPipe();
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return jdk.openSelector();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return jdk.openServerSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return jdk.openSocketChannel();
    }

    @Override
    public void close() {
    }
}
