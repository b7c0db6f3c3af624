package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.ServerDomainSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

/**
 * Event loops and channels of a given provider, made when first asked for. A native transport is never used, whatever
 * the caller prefers. There are as many event loops as processors, not four at the least as in Reactor Netty: they
 * share the processors with those of the peer, which is on this host. The fewer there are, the more each finds to do
 * when it runs. Reactor Netty's system properties for the numbers of threads hold here, too.
 *
 * <p>Thread-safe.
 */
public final class SmcLoopResources implements LoopResources {

    private final SelectorProvider provider;
    private volatile Groups groups;
    private volatile boolean disposed;

    /**
     * Makes nothing yet.
     *
     * @param provider makes the channels and the event loops' selectors; its selectors must take datagram channels of
     *        its own making, too
     */
    public SmcLoopResources(SelectorProvider provider) {
        this.provider = provider;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return groups().workers();
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return groups().acceptors();
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return groups().clients();
    }

    /**
     * Makes a channel; datagram channels are plain UDP, and UNIX domain sockets are the JDK's.
     *
     * @throws UnsupportedOperationException if NIO has no such channel
     */
    @Override
    @SuppressWarnings("unchecked") // Reactor Netty asks by a wildcard type, so any channel will do.
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        if (type == SocketChannel.class) {
            return type.cast(new SmcNioSocketChannel(provider));
        }
        if (type == ServerSocketChannel.class) {
            return type.cast(new SmcNioServerSocketChannel(provider));
        }
        if (type == DatagramChannel.class) {
            return type.cast(new NioDatagramChannel(provider));
        }
        if (type == DomainSocketChannel.class) {
            return (C) UnixDomainChannels.client();
        }
        if (type == ServerDomainSocketChannel.class) {
            return (C) UnixDomainChannels.server();
        }
        throw new UnsupportedOperationException("SMC event loops have no " + type.getSimpleName()
                + ": run this client or server on event loops of its own, or set smc.client.webclient.enabled"
                + " or smc.server.netty.enabled to false");
    }

    private Groups groups() {
        Groups current = groups;
        return current != null ? current : open();
    }

    private synchronized Groups open() {
        if (disposed) {
            throw new IllegalStateException("The SMC event loops are disposed");
        }
        if (groups == null) {
            groups = Groups.open(provider);
        }
        return groups;
    }

    /** Ends the event loops that there are. Who asks again gets others. */
    Mono<Void> renew(Duration timeout) {
        return Mono.defer(() -> {
            Groups current = takeGroups();
            return current == null ? Mono.empty() : current.shutdown(Duration.ZERO, timeout);
        });
    }

    private synchronized Groups takeGroups() {
        Groups current = groups;
        groups = null;
        return current;
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.defer(() -> {
            Groups current = markDisposed();
            return current == null ? Mono.empty() : current.shutdown(quietPeriod, timeout);
        });
    }

    private synchronized Groups markDisposed() {
        disposed = true;
        return groups;
    }

    /**
     * The event loops.
     *
     * @param acceptors the workers themselves, unless threads were set aside for accepting
     * @param clients the workers, with preference for the one that is asking
     */
    private record Groups(EventLoopGroup acceptors, EventLoopGroup workers, EventLoopGroup clients) {

        /** Two at the least, so that one which is held up does not hold up everything. */
        private static final int LEAST_WORKERS = 2;

        static Groups open(SelectorProvider provider) {
            EventLoopGroup workers = group(workerCount(), "smc-nio", provider);
            EventLoopGroup acceptors = DEFAULT_IO_SELECT_COUNT < 1 ? workers
                    : group(DEFAULT_IO_SELECT_COUNT, "smc-select", provider);
            return new Groups(acceptors, workers, LoopResources.colocate(workers));
        }

        private static int workerCount() {
            return System.getProperty(ReactorNetty.IO_WORKER_COUNT) != null ? DEFAULT_IO_WORKER_COUNT
                    : Math.max(LEAST_WORKERS, Runtime.getRuntime().availableProcessors());
        }

        private static EventLoopGroup group(int threads, String name, SelectorProvider provider) {
            return new NioEventLoopGroup(threads, new EventLoopThreadFactory(name), provider);
        }

        Mono<Void> shutdown(Duration quietPeriod, Duration timeout) {
            return Mono.when(shutdown(acceptors, quietPeriod, timeout), shutdown(workers, quietPeriod, timeout))
                    .timeout(timeout, Mono.error(() -> new IllegalStateException(
                            "The SMC event loops could not be disposed within " + timeout)));
        }

        private static Mono<Void> shutdown(EventLoopGroup group, Duration quietPeriod, Duration timeout) {
            return Mono.create(sink -> group.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(),
                    TimeUnit.MILLISECONDS).addListener(terminated -> sink.success()));
        }
    }
}
