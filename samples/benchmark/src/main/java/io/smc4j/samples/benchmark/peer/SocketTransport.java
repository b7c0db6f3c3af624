package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;

/**
 * Channels of java.nio: the JDK's over TCP or UNIX sockets, or the engine's.
 *
 * @param smc the engine, {@code null} for the others
 * @param selects whether they are used with a selector instead of a thread for each
 * @param host what a listener is bound to
 */
record SocketTransport(SelectorProvider provider, SmcSelectorProvider smc, boolean unix, boolean selects, String host) {

    static SocketTransport of(PeerOptions options) throws IOException {
        boolean selects = options.transport().endsWith("-selector");
        return switch (options.transport().replace("-selector", "")) {
            case "smc" -> {
                SmcSelectorProvider provider = SmcSelectorProvider.open(options.smc());
                yield new SocketTransport(provider, provider, false, selects, options.host());
            }
            case "jdk" -> new SocketTransport(SelectorProvider.provider(), null, false, selects, options.host());
            case "uds" -> new SocketTransport(SelectorProvider.provider(), null, true, selects, options.host());
            default -> throw new IllegalArgumentException("no transport of java.nio's: " + options.transport());
        };
    }

    /** The same with another engine. */
    SocketTransport with(SmcSelectorProvider other) {
        return new SocketTransport(other, other, unix, selects, host);
    }

    ServerSocketChannel listen() throws IOException {
        if (unix) {
            ServerSocketChannel listener = provider.openServerSocketChannel(StandardProtocolFamily.UNIX);
            Path directory = TemporaryDirectory.create();
            return listener.bind(UnixDomainSocketAddress.of(directory.resolve("socket")), 1024);
        }
        return provider.openServerSocketChannel().bind(new InetSocketAddress(host, 0), 1024);
    }

    static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp ? tcp.getAddress().getHostAddress() + ":" + tcp.getPort()
                : "unix:" + address;
    }

    SocketChannel connect(String address) throws IOException {
        int colon = address.indexOf(':');
        String rest = address.substring(colon + 1);
        if (address.startsWith("unix:")) {
            SocketChannel channel = provider.openSocketChannel(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(rest));
            return channel;
        }
        SocketChannel channel = provider.openSocketChannel();
        channel.connect(new InetSocketAddress(address.substring(0, colon), Integer.parseInt(rest)));
        return prepare(channel);
    }

    SocketChannel prepare(SocketChannel channel) throws IOException {
        if (!unix) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return channel;
    }

    Selector openSelector() throws IOException {
        return provider.openSelector();
    }
}
