package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a connection begins at the accepting end. */
abstract class AcceptContract extends ChannelContract {

    AcceptContract(Pairing pairing) {
        super(pairing);
    }

    private Task<Integer> connectAndSend(ServerSocketChannel listener, int what) throws IOException {
        SocketChannel client = newClient();
        return start(() -> {
            client.connect(listener.getLocalAddress());
            return client.write(ByteBuffer.wrap(new byte[] {(byte) what}));
        });
    }

    @Test
    void startsUnbound() throws IOException {
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel());
        assertThat(listener.isOpen()).isTrue();
        assertThat(listener.getLocalAddress()).isNull();
        assertThatItIsProvidedBy(servers, listener.provider());
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(listener::accept);
        assertThat(listener.bind(ANY_PORT)).isSameAs(listener);
        assertThat(listener.getLocalAddress()).isNotNull();
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> listener.bind(ANY_PORT));
    }

    /** Tomcat has its own accept return that way. */
    @Test
    void handsOutConnectionsThatWereResetMeanwhile() throws Exception {
        ServerSocketChannel listener = listen();
        InetSocketAddress from;
        try (Socket client = new Socket()) {
            client.setSoLinger(true, 0);
            client.connect(listener.getLocalAddress());
            from = (InetSocketAddress) client.getLocalSocketAddress();
        }
        SocketChannel accepted = toClose(listener.accept());
        assertThat(accepted.getRemoteAddress()).isEqualTo(from);
        assertThat(accepted.getLocalAddress()).isEqualTo(listener.getLocalAddress());
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> accepted.read(ByteBuffer.allocate(1)))
                .withMessage("Connection reset");
    }

    @Test
    void handsOutBlockingChannels() throws Exception {
        Connection c = connect();
        assertThat(c.server().isBlocking()).isTrue();
        assertThat(c.server().isConnected()).isTrue();
        assertThat(c.server().isConnectionPending()).isFalse();
        assertThat(c.server().finishConnect()).isTrue();
        assertThatItIsProvidedBy(servers, c.server().provider());
    }

    @Test
    void acceptsNothingIfThereIsNothing() throws IOException {
        ServerSocketChannel listener = nonBlocking(listen());
        assertThat(listener.accept()).isNull();
        Selector selector = newSelector(servers);
        listener.register(selector, OP_ACCEPT);
        assertThat(selector.selectNow()).isZero();
    }

    @Test
    void reportsOpAcceptWhileSomebodyWaits() throws Exception {
        ServerSocketChannel listener = nonBlocking(listen());
        Selector selector = newSelector(servers);
        SelectionKey key = listener.register(selector, OP_ACCEPT);
        Task<Integer> first = connectAndSend(listener, 1);
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isAcceptable()).isTrue();
        selector.selectedKeys().clear();
        assertThat(selector.select()).isEqualTo(1);
        selector.selectedKeys().clear();
        SocketChannel accepted = toClose(listener.accept());
        assertThat(accepted.isBlocking()).isTrue();
        assertThat(accepted.read(ByteBuffer.allocate(2))).isEqualTo(1);
        assertThat(first.await()).isEqualTo(1);
        assertThat(selector.selectNow()).isZero();
        assertThat(listener.accept()).isNull();
    }

    @Test
    void acceptsInTheOrderOfConnecting() throws Exception {
        ServerSocketChannel listener = listen();
        for (int i = 0; i < 3; i++) {
            Connection c = connect(newClient(), listener);
            assertThat(c.server().getRemoteAddress()).isEqualTo(c.client().getLocalAddress());
        }
    }

    @Test
    void keepsConnectionsApart() throws Exception {
        ServerSocketChannel listener = listen();
        List<Task<Integer>> clients = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(connectAndSend(listener, i));
        }
        for (int i = 0; i < 10; i++) {
            ByteBuffer buffer = ByteBuffer.allocate(2);
            assertThat(toClose(listener.accept()).read(buffer)).isEqualTo(1);
            received.add((int) buffer.get(0));
        }
        for (Task<Integer> client : clients) {
            assertThat(client.await()).isEqualTo(1);
        }
        assertThat(received).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void acceptsAPeerThatIsGoneAlready() throws Exception {
        ServerSocketChannel listener = listen();
        Task<Void> visit = start(() -> {
            try (SocketChannel visitor = SocketChannel.open(listener.getLocalAddress())) {
                assertThat(visitor.isConnected()).isTrue();
            }
            return null;
        });
        visit.await();
        SocketChannel accepted = toClose(listener.accept());
        assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void acceptsByItsSocketWithTimeout() throws Exception {
        ServerSocketChannel listener = toClose(servers.openServerSocketChannel());
        ServerSocket socket = listener.socket();
        assertThat(listener.socket()).isSameAs(socket);
        socket.bind(ANY_PORT);
        socket.setSoTimeout(20);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(socket::accept);
        socket.setSoTimeout(30_000);
        Task<Integer> client = connectAndSend(listener, 5);
        assertThat(toClose(socket.accept()).getInputStream().read()).isEqualTo(5);
        assertThat(client.await()).isEqualTo(1);
    }

    @Test
    void givesWhatWaitsByTheSocketOfAListenerThatDoesNotBlock() throws Exception {
        ServerSocketChannel listener = nonBlocking(listen());
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(() -> listener.socket().accept());
        Selector selector = newSelector(servers);
        listener.register(selector, OP_ACCEPT);
        Task<Integer> client = connectAndSend(listener, 5);
        assertThat(selector.select()).isEqualTo(1);
        listener.socket().setSoTimeout(1000);
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(() -> listener.socket().accept());
        listener.socket().setSoTimeout(0);
        assertThat(toClose(listener.socket().accept()).getInputStream().read()).isEqualTo(5);
        assertThat(client.await()).isEqualTo(1);
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(() -> listener.socket().accept());
    }

    @Test
    void endsWhenClosedByAnotherThread() throws Exception {
        ServerSocketChannel listener = listen();
        Task<SocketChannel> accepting = start(listener::accept).awaitBlocked();
        listener.close();
        assertThatExceptionOfType(Exception.class).isThrownBy(accepting::await)
                .withCauseInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws Exception {
        ServerSocketChannel listener = listen();
        Task<SocketChannel> accepting = start(listener::accept).awaitBlocked();
        accepting.thread().interrupt();
        assertThatExceptionOfType(Exception.class).isThrownBy(accepting::await)
                .withCauseInstanceOf(ClosedByInterruptException.class);
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void isOfNoUseOnceClosed() throws IOException {
        ServerSocketChannel listener = listen();
        listener.close();
        listener.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::getLocalAddress);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> listener.bind(ANY_PORT));
    }
}
