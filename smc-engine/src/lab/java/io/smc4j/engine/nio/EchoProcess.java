package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** What another process does that sends back what one connection brings, driven by a selector. */
final class EchoProcess {

    private EchoProcess() {
    }

    /** Prints where it listens and, once the peer's stream has ended and all is sent back, the connection's mode. */
    static void serve(SmcConfig config, InetSocketAddress address) throws IOException {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(config); Selector selector = engine.openSelector();
                ServerSocketChannel listener = engine.openServerSocketChannel().bind(address)) {
            System.out.println("listening " + address.getHostString() + ":" + listener.socket().getLocalPort());
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            SocketChannel accepted = null;
            while (accepted == null) {
                selector.select();
                selector.selectedKeys().clear();
                accepted = listener.accept();
            }
            try (SocketChannel channel = accepted) {
                channel.configureBlocking(false);
                echo(selector, channel, channel.register(selector, SelectionKey.OP_READ));
                System.out.println(engine.snapshot().connections().getFirst().mode());
            }
        }
    }

    private static void echo(Selector selector, SocketChannel channel, SelectionKey key) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        boolean ended = false;
        while (!ended || buffer.position() > 0) {
            selector.select();
            selector.selectedKeys().clear();
            if (!ended && buffer.hasRemaining()) {
                ended = channel.read(buffer) < 0;
            }
            channel.write(buffer.flip());
            buffer.compact();
            key.interestOps((ended || !buffer.hasRemaining() ? 0 : SelectionKey.OP_READ)
                    | (buffer.position() > 0 ? SelectionKey.OP_WRITE : 0));
        }
        channel.shutdownOutput();
    }
}
