package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** Tests of what two engines of this process tell of a connection with each other. */
abstract class TwoEngines {

    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    SmcSelectorProvider clients;
    SmcSelectorProvider servers;
    SocketChannel client;
    SocketChannel server;
    private ServerSocketChannel listener;

    /** Closes those there were. */
    final void open(SmcConfig ofClients, SmcConfig ofServers) throws IOException {
        close();
        open(SmcSelectorProvider.open(ofClients), SmcSelectorProvider.open(ofServers));
    }

    /** Closed in the end. */
    final void open(SmcSelectorProvider ofClients, SmcSelectorProvider ofServers) throws IOException {
        clients = ofClients;
        servers = ofServers;
        listener = servers.openServerSocketChannel().bind(ANY_PORT);
    }

    @AfterEach
    final void close() throws IOException {
        for (AutoCloseable each : new AutoCloseable[] {client, server, listener, clients, servers}) {
            if (each != null) {
                closeQuietly(each);
            }
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A byte each way, so that both ends know their mode. */
    final void connect() throws Exception {
        CompletableFuture<SocketChannel> accepting = CompletableFuture.supplyAsync(() -> {
            try {
                return listener.accept();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        client = clients.openSocketChannel();
        client.connect(listener.getLocalAddress());
        server = accepting.join();
        transfer(client, server, 1);
        transfer(server, client, 1);
    }

    static void transfer(SocketChannel from, SocketChannel to, int length) throws Exception {
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                from.write(ByteBuffer.allocate(length));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ByteBuffer target = ByteBuffer.allocate(length);
        while (target.hasRemaining()) {
            assertThat(to.read(target)).isPositive();
        }
        writing.join();
    }
}
