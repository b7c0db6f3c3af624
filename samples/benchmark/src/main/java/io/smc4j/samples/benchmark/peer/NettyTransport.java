package io.smc4j.samples.benchmark.peer;

import io.netty.channel.Channel;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.incubator.channel.uring.IOUring;
import io.netty.incubator.channel.uring.IOUringEventLoopGroup;
import io.netty.incubator.channel.uring.IOUringServerSocketChannel;
import io.netty.incubator.channel.uring.IOUringSocketChannel;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcLoopResources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

/**
 * The event loops and channels of a transport of Netty's, or of SMC as the starter configures it.
 *
 * @param loops for servers and clients
 * @param smc the engine, {@code null} for the others
 */
record NettyTransport(LoopResources loops, SmcSelectorProvider smc) {

    /** Loops of a named kind, which Reactor Netty would choose by itself. */
    private record Loops(EventLoopGroup servers, EventLoopGroup clients, Supplier<Channel> channel,
            Supplier<Channel> server)
            implements LoopResources {

        Loops(EventLoopGroup group, Supplier<Channel> channel, Supplier<Channel> server) {
            this(group, LoopResources.colocate(group), channel, server);
        }

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return servers;
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return clients;
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup owner) {
            boolean isServer = type.getSimpleName().contains("Server");
            @SuppressWarnings("unchecked")
            C made = (C) (isServer ? server : channel).get();
            return made;
        }
    }

    static NettyTransport of(PeerOptions options) throws IOException {
        int threads = options.loops() > 0 ? options.loops() : LoopResources.DEFAULT_IO_WORKER_COUNT;
        return switch (options.transport()) {
            case "smc" -> smc(options);
            case "nio" -> new NettyTransport(
                    new Loops(new NioEventLoopGroup(threads), NioSocketChannel::new, NioServerSocketChannel::new),
                    null);
            case "epoll" -> {
                Epoll.ensureAvailability();
                yield new NettyTransport(new Loops(new EpollEventLoopGroup(threads), EpollSocketChannel::new,
                        EpollServerSocketChannel::new), null);
            }
            case "uds" -> {
                Epoll.ensureAvailability();
                yield new NettyTransport(new Loops(new EpollEventLoopGroup(threads), EpollDomainSocketChannel::new,
                        EpollServerDomainSocketChannel::new), null);
            }
            case "io_uring" -> {
                IOUring.ensureAvailability();
                yield new NettyTransport(new Loops(new IOUringEventLoopGroup(threads), IOUringSocketChannel::new,
                        IOUringServerSocketChannel::new), null);
            }
            // Each side with loops of its own, as if it were a process of its own.
            case "local" -> new NettyTransport(new Loops(new DefaultEventLoopGroup(threads), LoopResources.colocate(
                    new DefaultEventLoopGroup(threads)), DeferredLocalChannel::new, DeferredLocalChannel.Server::new),
                    null);
            default -> throw new IllegalArgumentException("no transport of Netty's: " + options.transport());
        };
    }

    private static NettyTransport smc(PeerOptions options) throws IOException {
        if (options.loops() > 0) {
            System.setProperty(ReactorNetty.IO_WORKER_COUNT, Integer.toString(options.loops()));
        }
        SmcSelectorProvider provider = SmcSelectorProvider.open(options.smc());
        return new NettyTransport(new SmcLoopResources(provider), provider);
    }

    /** Where a server of the transport is to listen. */
    static SocketAddress listenAddress(PeerOptions options) throws IOException {
        return switch (options.transport()) {
            case "uds" -> new DomainSocketAddress(TemporaryDirectory.create().resolve("socket").toFile());
            case "local" -> new LocalAddress("benchmark-" + UUID.randomUUID());
            default -> new InetSocketAddress(options.host(), 0);
        };
    }

    /** {@code host:port}, or {@code unix:} and {@code local:} with a name. */
    static String text(SocketAddress address) {
        return switch (address) {
            case DomainSocketAddress unix -> "unix:" + unix.path();
            case LocalAddress local -> "local:" + local.id();
            case InetSocketAddress tcp -> tcp.getAddress().getHostAddress() + ":" + tcp.getPort();
            default -> throw new IllegalArgumentException("unexpected address " + address);
        };
    }

    static SocketAddress parse(String text) {
        String rest = text.substring(text.indexOf(':') + 1);
        if (text.startsWith("unix:")) {
            return new DomainSocketAddress(Path.of(rest).toString());
        }
        return text.startsWith("local:") ? new LocalAddress(rest)
                : new InetSocketAddress(text.substring(0, text.indexOf(':')), Integer.parseInt(rest));
    }
}
