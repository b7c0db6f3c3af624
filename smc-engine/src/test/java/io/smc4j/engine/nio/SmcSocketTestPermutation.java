package io.smc4j.engine.nio;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketTestPermutation;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.smc4j.engine.SmcConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Netty's NIO transport over two engines, one at each end, and over one engine with the JDK's channels at the other.
 */
final class SmcSocketTestPermutation extends SocketTestPermutation {

    /** Short, as some tests accept only after the connect, which goes on without SMC when this time is over. */
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);

    private final SmcSelectorProvider serverEngine = openEngine();
    private final SmcSelectorProvider clientEngine = openEngine();

    private final EventLoopGroup serverGroup =
            new NioEventLoopGroup(NUM_THREADS, new DefaultThreadFactory("testsuite-smc-server", true), serverEngine);
    private final EventLoopGroup clientGroup =
            new NioEventLoopGroup(NUM_THREADS, new DefaultThreadFactory("testsuite-smc-client", true), clientEngine);

    private final BootstrapFactory<ServerBootstrap> smcServer = () ->
            new ServerBootstrap().group(serverGroup).channelFactory(() -> new NioServerSocketChannel(serverEngine));
    private final BootstrapFactory<Bootstrap> smcClient = () ->
            new Bootstrap().group(clientGroup).channelFactory(() -> new NioSocketChannel(clientEngine));

    private static SmcSelectorProvider openEngine() {
        try {
            return SmcSelectorProvider.open(SmcConfig.builder().handshakeTimeout(HANDSHAKE_TIMEOUT).build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SmcSelectorProvider serverEngine() {
        return serverEngine;
    }

    SmcSelectorProvider clientEngine() {
        return clientEngine;
    }

    @Override
    public List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> socket() {
        List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> all = combo(serverSocket(), clientSocket());
        // The last one has the JDK's channels at both ends.
        return all.subList(0, all.size() - 1);
    }

    @Override
    public List<BootstrapFactory<ServerBootstrap>> serverSocket() {
        return List.of(smcServer, () -> new ServerBootstrap().group(NIO_GROUP).channel(NioServerSocketChannel.class));
    }

    List<BootstrapFactory<ServerBootstrap>> smcServerSocket() {
        return List.of(smcServer);
    }

    @Override
    public List<BootstrapFactory<Bootstrap>> clientSocket() {
        return List.of(smcClient, () -> new Bootstrap().group(NIO_GROUP).channel(NioSocketChannel.class));
    }

    List<BootstrapFactory<Bootstrap>> smcClientSocket() {
        return List.of(smcClient);
    }
}
