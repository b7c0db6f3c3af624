package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** Netty's NIO channel over a channel of the SMC provider, with {@link NativeOptions}. */
final class SmcNioSocketChannel extends NioSocketChannel {

    private final SocketChannelConfig config;

    /** Opens a client's channel. */
    SmcNioSocketChannel(SelectorProvider provider) {
        super(provider);
        config = new Config(super.config(), javaChannel());
    }

    /** Takes an accepted channel. */
    SmcNioSocketChannel(Channel parent, SocketChannel accepted) {
        super(parent, accepted);
        config = new Config(super.config(), accepted);
    }

    /** Is called by the constructor of the superclass, too. */
    @Override
    public SocketChannelConfig config() {
        return config != null ? config : super.config();
    }

    @SuppressWarnings("deprecation")
    private static final class Config extends ForwardingChannelConfig<SocketChannelConfig>
            implements SocketChannelConfig {

        Config(SocketChannelConfig target, SocketChannel socket) {
            super(target, socket);
        }

        @Override
        SocketChannelConfig self() {
            return this;
        }

        @Override
        public boolean isTcpNoDelay() {
            return target().isTcpNoDelay();
        }

        @Override
        public SocketChannelConfig setTcpNoDelay(boolean noDelay) {
            target().setTcpNoDelay(noDelay);
            return this;
        }

        @Override
        public int getSoLinger() {
            return target().getSoLinger();
        }

        @Override
        public SocketChannelConfig setSoLinger(int seconds) {
            target().setSoLinger(seconds);
            return this;
        }

        @Override
        public int getSendBufferSize() {
            return target().getSendBufferSize();
        }

        @Override
        public SocketChannelConfig setSendBufferSize(int bytes) {
            target().setSendBufferSize(bytes);
            return this;
        }

        @Override
        public int getReceiveBufferSize() {
            return target().getReceiveBufferSize();
        }

        @Override
        public SocketChannelConfig setReceiveBufferSize(int bytes) {
            target().setReceiveBufferSize(bytes);
            return this;
        }

        @Override
        public boolean isKeepAlive() {
            return target().isKeepAlive();
        }

        @Override
        public SocketChannelConfig setKeepAlive(boolean keepAlive) {
            target().setKeepAlive(keepAlive);
            return this;
        }

        @Override
        public int getTrafficClass() {
            return target().getTrafficClass();
        }

        @Override
        public SocketChannelConfig setTrafficClass(int trafficClass) {
            target().setTrafficClass(trafficClass);
            return this;
        }

        @Override
        public boolean isReuseAddress() {
            return target().isReuseAddress();
        }

        @Override
        public SocketChannelConfig setReuseAddress(boolean reuse) {
            target().setReuseAddress(reuse);
            return this;
        }

        @Override
        public SocketChannelConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
            target().setPerformancePreferences(connectionTime, latency, bandwidth);
            return this;
        }

        @Override
        public boolean isAllowHalfClosure() {
            return target().isAllowHalfClosure();
        }

        @Override
        public SocketChannelConfig setAllowHalfClosure(boolean allow) {
            target().setAllowHalfClosure(allow);
            return this;
        }
    }
}
