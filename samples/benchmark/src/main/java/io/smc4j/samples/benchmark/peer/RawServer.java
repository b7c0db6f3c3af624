package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Channels without a protocol above them: sends back what comes, or reads it and no more. */
final class RawServer {

    private static final int KIB = 1024;

    private final SocketTransport transport;
    private final boolean echoes;
    /**
     * Bytes read at once. Threads have a buffer each, and there may be a thousand, or one for each connect that is
     * measured.
     */
    private final int bufferSize;

    private RawServer(SocketTransport transport, boolean echoes, int bufferSize) {
        this.transport = transport;
        this.echoes = echoes;
        this.bufferSize = bufferSize;
    }

    static Server start(String pair, SocketTransport transport) throws IOException {
        ServerSocketChannel listener = transport.listen();
        RawServer server = switch (pair) {
            case "stream" -> new RawServer(transport, false, 256 * KIB);
            case "connect", "contact" -> new RawServer(transport, true, KIB);
            default -> new RawServer(transport, true, 64 * KIB);
        };
        if (transport.selects()) {
            start(() -> server.select(listener));
        } else {
            start(() -> server.accept(listener));
        }
        return new Server(SocketTransport.text(listener.getLocalAddress()), transport.smc());
    }

    private interface Body {
        void run() throws IOException;
    }

    private static void start(Body body) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                body.run();
            } catch (IOException e) {
                // The peer has gone.
            }
        });
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        while (true) {
            SocketChannel channel = listener.accept();
            start(() -> serve(channel));
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        try (channel) {
            transport.prepare(channel);
            ByteBuffer buffer = ByteBuffer.allocateDirect(bufferSize);
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (echoes && buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        }
    }

    private void select(ServerSocketChannel listener) throws IOException {
        Selector selector = transport.openSelector();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bufferSize);
        while (true) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    accept(listener, selector);
                } else {
                    serve(key, buffer);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void accept(ServerSocketChannel listener, Selector selector) throws IOException {
        SocketChannel channel = listener.accept();
        if (channel == null) {
            return;
        }
        try {
            transport.prepare(channel).configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            closeQuietly(channel);
        }
    }

    /** What cannot be sent back at once waits in a buffer of the connection's own, and nothing is read meanwhile. */
    private void serve(SelectionKey key, ByteBuffer shared) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            ByteBuffer waiting = (ByteBuffer) key.attachment();
            if (waiting != null) {
                channel.write(waiting);
                if (!waiting.hasRemaining()) {
                    key.attach(null);
                    key.interestOps(SelectionKey.OP_READ);
                }
                return;
            }
            int n = channel.read(shared.clear());
            if (n < 0) {
                channel.close();
            } else if (echoes) {
                channel.write(shared.flip());
                if (shared.hasRemaining()) {
                    key.attach(ByteBuffer.allocate(shared.remaining()).put(shared).flip());
                    key.interestOps(SelectionKey.OP_WRITE);
                }
            }
        } catch (IOException e) {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was of no use any more.
        }
    }
}
