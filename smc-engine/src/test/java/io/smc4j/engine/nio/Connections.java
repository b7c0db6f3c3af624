package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Connected, non-blocking channels with both ends in this process, over one of the transports to be compared. */
public final class Connections implements AutoCloseable {

    /** Transports by their names as benchmark parameters. */
    public static final String SMC = "smc";
    static final String FALLBACK = "smc-fallback";
    static final String JDK_UNIX = "jdk-unix";
    static final String JDK_TCP = "jdk-tcp";

    public final List<SocketChannel> clients = new ArrayList<>();
    public final List<SocketChannel> servers = new ArrayList<>();
    private final String transport;
    private final SelectorProvider clientProvider;
    private final SelectorProvider serverProvider;
    private final List<Selector> selectors = new ArrayList<>();
    private final List<ServerSocketChannel> listeners = new ArrayList<>();

    public Connections(String transport, int count, int ringSize) throws IOException {
        this.transport = transport;
        boolean own = transport.equals(SMC) || transport.equals(FALLBACK);
        clientProvider = own ? engine(ringSize, true) : SelectorProvider.provider();
        serverProvider = own ? engine(ringSize, transport.equals(SMC)) : SelectorProvider.provider();
        Path path = Path.of(System.getProperty("java.io.tmpdir"), "jmh-" + ProcessHandle.current().pid());
        boolean unix = transport.equals(JDK_UNIX);
        try (ServerSocketChannel listener = unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : serverProvider.openServerSocketChannel()) {
            listener.bind(unix ? UnixDomainSocketAddress.of(path)
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            connect(listener, count);
        } finally {
            Files.deleteIfExists(path);
        }
        for (List<SocketChannel> ends : List.of(clients, servers)) {
            for (SelectableChannel end : ends) {
                end.configureBlocking(false);
            }
        }
        if (own) {
            requireMode(transport.equals(SMC) ? SmcMode.SMCD : SmcMode.TCP, count);
        }
    }

    private static SelectorProvider engine(int ringSize, boolean server) throws IOException {
        return SmcSelectorProvider.open(SmcConfig.builder().sendSize(ringSize).receiveSize(ringSize)
                .serverEnabled(server).build());
    }

    private void connect(ServerSocketChannel listener, int count) throws IOException {
        SocketAddress address = listener.getLocalAddress();
        CompletableFuture<Void> connecting = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    SocketChannel client = transport.equals(JDK_UNIX) ? SocketChannel.open(StandardProtocolFamily.UNIX)
                            : clientProvider.openSocketChannel();
                    clients.add(client);
                    client.connect(address);
                    client.write(ByteBuffer.allocate(1));
                }
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        for (int i = 0; i < count; i++) {
            SocketChannel server = listener.accept();
            servers.add(server);
            server.read(ByteBuffer.allocate(1));
        }
        connecting.join();
    }

    private void requireMode(SmcMode mode, int count) {
        long right = ((SmcSelectorProvider) clientProvider).snapshot().connections().stream()
                .filter(connection -> connection.mode() == mode).count();
        if (right != count) {
            throw new IllegalStateException("only " + right + " of " + count + " connections are " + mode);
        }
    }

    /** A selector with which all clients are registered. */
    public Selector select(int operations) throws IOException {
        Selector selector = clientProvider.openSelector();
        selectors.add(selector);
        for (SocketChannel client : clients) {
            client.register(selector, operations);
        }
        return selector;
    }

    /** Has a listener on TCP registered with the selector; returns its address. */
    public SocketAddress listenBeside(Selector selector) throws IOException {
        ServerSocketChannel listener = clientProvider.openServerSocketChannel();
        listeners.add(listener);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        return listener.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocketChannel listener : listeners) {
            listener.close();
        }
        for (Selector selector : selectors) {
            selector.close();
        }
        for (List<SocketChannel> ends : List.of(clients, servers)) {
            for (SocketChannel end : ends) {
                end.close();
            }
        }
        for (SelectorProvider provider : List.of(clientProvider, serverProvider)) {
            if (provider instanceof SmcSelectorProvider engine) {
                engine.close();
            }
        }
    }
}
