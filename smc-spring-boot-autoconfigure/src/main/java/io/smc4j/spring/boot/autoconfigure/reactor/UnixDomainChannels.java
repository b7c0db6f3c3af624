package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.InvalidPathException;

/**
 * UNIX domain sockets of the JDK, for event loops of NIO. Those of Netty's native transports cannot be registered
 * there, and Reactor Netty takes the event loop before it says which kind of channel it needs.
 */
final class UnixDomainChannels {

    private UnixDomainChannels() {
    }

    static Channel client() {
        return withAddresses(new NioDomainSocketChannel(SelectorProvider.provider()));
    }

    static Channel server() {
        return withAddresses(new NioServerDomainSocketChannel(SelectorProvider.provider()));
    }

    /** Next to the socket, so that all other handlers see the address that the application gave. */
    private static Channel withAddresses(Channel channel) {
        channel.pipeline().addFirst(AddressTranslator.INSTANCE);
        return channel;
    }

    /** Turns Netty's own addresses into the JDK's, which the channels take. */
    @Sharable
    private static final class AddressTranslator extends ChannelOutboundHandlerAdapter {

        static final AddressTranslator INSTANCE = new AddressTranslator();

        @Override
        public void bind(ChannelHandlerContext context, SocketAddress local, ChannelPromise promise) {
            context.bind(translated(local), promise);
        }

        @Override
        public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
                ChannelPromise promise) {
            context.connect(translated(remote), translated(local), promise);
        }

        private static SocketAddress translated(SocketAddress address) {
            if (!(address instanceof DomainSocketAddress domain)) {
                return address;
            }
            try {
                return UnixDomainSocketAddress.of(domain.path());
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("UNIX domain socket \"" + domain.path().replace('\0', '@')
                        + "\" is not a file: abstract names need a native transport of Netty. Run this client or server"
                        + " on event loops of its own", e);
            }
        }
    }
}
