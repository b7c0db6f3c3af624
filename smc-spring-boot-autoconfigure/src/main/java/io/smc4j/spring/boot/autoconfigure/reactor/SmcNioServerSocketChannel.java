package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/** Netty's NIO listener over a channel of the SMC provider, with {@link NativeOptions} for it and what it accepts. */
final class SmcNioServerSocketChannel extends NioServerSocketChannel {

    private final ServerSocketChannelConfig config;

    SmcNioServerSocketChannel(SelectorProvider provider) {
        super(provider);
        config = new Config(super.config(), javaChannel());
    }

    /** Is called by the constructor of the superclass, too. */
    @Override
    public ServerSocketChannelConfig config() {
        return config != null ? config : super.config();
    }

    @Override
    protected int doReadMessages(List<Object> messages) throws Exception {
        SocketChannel accepted = javaChannel().accept();
        if (accepted == null) {
            return 0;
        }
        try {
            messages.add(new SmcNioSocketChannel(this, accepted));
            return 1;
        } catch (RuntimeException e) {
            accepted.close();
            throw e;
        }
    }

    @SuppressWarnings("deprecation")
    private static final class Config extends ForwardingChannelConfig<ServerSocketChannelConfig>
            implements ServerSocketChannelConfig {

        Config(ServerSocketChannelConfig target, ServerSocketChannel socket) {
            super(target, socket);
        }

        @Override
        ServerSocketChannelConfig self() {
            return this;
        }

        @Override
        public int getBacklog() {
            return target().getBacklog();
        }

        @Override
        public ServerSocketChannelConfig setBacklog(int backlog) {
            target().setBacklog(backlog);
            return this;
        }

        @Override
        public boolean isReuseAddress() {
            return target().isReuseAddress();
        }

        @Override
        public ServerSocketChannelConfig setReuseAddress(boolean reuse) {
            target().setReuseAddress(reuse);
            return this;
        }

        @Override
        public int getReceiveBufferSize() {
            return target().getReceiveBufferSize();
        }

        @Override
        public ServerSocketChannelConfig setReceiveBufferSize(int bytes) {
            target().setReceiveBufferSize(bytes);
            return this;
        }

        @Override
        public ServerSocketChannelConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
            target().setPerformancePreferences(connectionTime, latency, bandwidth);
            return this;
        }
    }
}
