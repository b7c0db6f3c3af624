package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.nio.select.ChannelKeys;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each transport does with each call, and what passes from one to the next. */
@Timeout(60)
class TransportTest {

    /** What a channel may have. */
    enum State { NEGOTIATING, TCP, GATED, SMC, FAILED, CLOSED }

    private static final int READ_AND_WRITE = SelectionKey.OP_READ | SelectionKey.OP_WRITE;

    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ShutdownFlags shutdown = new ShutdownFlags();
    private SmcSelectorProvider servers;
    private SmcSelectorProvider clients;
    private ServerSocket listener;
    private Socket peer;
    private ChannelTransport channel;
    private SocketChannel smcClient;
    private SocketChannel smcServer;

    @BeforeEach
    void open() throws IOException {
        servers = SmcSelectorProvider.open(SmcConfig.defaults());
        clients = SmcSelectorProvider.open(SmcConfig.defaults());
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TcpSocket socket = new TcpSocket(Sockets.ipv6Available());
        channel = new ChannelTransport(clients, new ChannelKeys(), shutdown, readLock, writeLock, socket, true);
        socket.connect((InetSocketAddress) listener.getLocalSocketAddress());
        peer = listener.accept();
        peer.setSoTimeout(20_000);
        Awaitility.await().until(socket::isConnected);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        listener.close();
        channel.interrupt();
        readLock.lock();
        writeLock.lock();
        channel.close();
        for (SocketChannel each : new SocketChannel[] {smcClient, smcServer}) {
            if (each != null) {
                each.close();
            }
        }
        clients.close();
        servers.close();
    }

    // ---- states

    private TcpTransport tcp(boolean gated) {
        return new TcpTransport(channel, FallbackReason.PEER_WITHOUT_SMC, 0, gated, earlyOutput());
    }

    /** Over a connection that two channels have made, one of which is not used any more. */
    private SmcTransport smc() throws IOException {
        try (ServerSocketChannel accepting = servers.openServerSocketChannel()) {
            accepting.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            smcClient = clients.openSocketChannel();
            smcClient.connect(accepting.getLocalAddress());
            smcServer = accepting.accept();
            // The client speaks first, or it would be TCP. Until then the listener's marker is wanted.
            smcClient.write(bytes("x"));
            smcServer.read(ByteBuffer.allocate(1));
        }
        SmcConnection connection =
                Awaitility.await().until(((SmcSocketChannel) smcClient)::smcConnection, Objects::nonNull);
        return new SmcTransport(channel, connection, null, earlyOutput());
    }

    /** What the channel has kept before. */
    private EarlyOutput earlyOutput() {
        return ((NegotiatingTransport) channel.transport()).early();
    }

    private void moveTo(State state) throws IOException {
        switch (state) {
            case NEGOTIATING -> assertThat(channel.transport()).isInstanceOf(NegotiatingTransport.class);
            case TCP -> channel.replace(tcp(false));
            case GATED -> channel.replace(tcp(true));
            case SMC -> channel.replace(smc());
            case FAILED -> channel.replace(new EndedTransport(new SocketException("no connection")));
            case CLOSED -> channel.replace(EndedTransport.CLOSED);
        }
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    // ---- calls

    private interface Call {
        Object run() throws IOException;
    }

    /** On a thread of its own: one of a pool may be waited for by another one. */
    private static <T> CompletableFuture<T> running(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, command -> Thread.ofPlatform().daemon().start(command));
    }

    private boolean replaceByTcp() {
        channel.replace(tcp(false));
        return true;
    }

    private static String result(Call call) {
        try {
            return String.valueOf(call.run());
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** Nothing has come that the application may read. */
    @ParameterizedTest
    @CsvSource({
            "NEGOTIATING, -2, 1, 0, 0, 4, false",
            "TCP, -2, 1, 0, 5, 0, true",
            "GATED, -2, 1, 0, 4, 0, true",
            "SMC, -2, 1, 0, 0, 4, Urgent data is not supported over SMC",
            "FAILED, no connection, no connection, 0, 0, 5, no connection",
            "CLOSED, -2, 0, 0, 0, 0, false"})
    void aCallDoesWhatTheStateSays(State state, String read, String write, int available, int pollEvents, int readyOps,
            String urgent) throws Exception {
        moveTo(state);
        if (state == State.GATED) {
            peer.getOutputStream().write(1);
        }

        assertThat(channel.pollEvents(READ_AND_WRITE)).as("poll").isEqualTo(pollEvents);
        assertThat(channel.readyOps(READ_AND_WRITE, false)).as("ready").isEqualTo(readyOps);
        assertThat(channel.transport().available()).as("available").isEqualTo(available);
        assertThat(result(() -> channel.transport().read(ByteBuffer.allocate(1)))).as("read").isEqualTo(read);
        assertThat(result(() -> channel.transport().read(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1))).as("read")
                .isEqualTo(read);
        assertThat(withWriteLock(() -> channel.transport().writeUrgent((byte) 1, false))).as("urgent")
                .isEqualTo(urgent);
        assertThat(withWriteLock(() -> channel.transport().write(bytes("a")))).as("write").isEqualTo(write);
        assertThat(withWriteLock(() -> channel.transport().write(new ByteBuffer[] {bytes("b")}, 0, 1))).as("write")
                .isEqualTo(write);
    }

    private String withWriteLock(Call call) {
        writeLock.lock();
        try {
            return result(call);
        } finally {
            writeLock.unlock();
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void aWaitEndsWhenTheChannelIsClosed(State state) throws Exception {
        moveTo(state);
        CompletableFuture<Boolean> reading = running(() -> await(() -> channel.transport().awaitReadable(-1)));
        channel.interrupt();

        assertThat(reading.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean await(Call call) {
        return result(call).equals("true");
    }

    @ParameterizedTest
    @EnumSource(value = State.class, names = {"NEGOTIATING", "TCP", "GATED", "SMC"})
    void aWaitForInputHasALimit(State state) throws Exception {
        moveTo(state);

        assertThat(channel.transport().awaitReadable(1_000_000)).isFalse();
    }

    @Test
    void theGateLetsThroughWhatHadCome() throws Exception {
        TcpTransport gated = tcp(true);
        channel.replace(gated);
        peer.getOutputStream().write(7);
        CompletableFuture<Boolean> waiting = running(() -> await(() -> channel.transport().awaitReadable(-1)));
        gated.openGate();
        channel.changed();

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(channel.transport().awaitReadable(-1)).isTrue();
        assertThat(channel.transport().read(ByteBuffer.allocate(2))).isEqualTo(1);
    }

    // ---- replacement

    private String received(State state, int length) throws IOException {
        if (state != State.SMC) {
            return new String(peer.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }
        ByteBuffer read = ByteBuffer.allocate(length);
        while (read.hasRemaining() && smcServer.read(read) >= 0) {
            continue;
        }
        return new String(read.array(), 0, read.position(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(value = State.class, names = {"TCP", "GATED", "SMC"})
    void whatWasWrittenBeforeGoesFirst(State state) throws Exception {
        withWriteLock(() -> channel.transport().write(bytes("first, ")));
        withWriteLock(() -> channel.transport().write(new ByteBuffer[] {bytes("second, "), bytes("third, ")}, 0, 2));
        moveTo(state);
        withWriteLock(() -> channel.transport().write(bytes("fourth")));

        assertThat(received(state, 28)).isEqualTo("first, second, third, fourth");
    }

    @ParameterizedTest
    @EnumSource(value = State.class, names = {"TCP", "GATED", "SMC"})
    void theEndOfTheOutputComesBehindWhatWasWrittenBefore(State state) throws Exception {
        withWriteLock(() -> channel.transport().write(bytes("all")));
        writeLock.lock();
        channel.shutdownOutput();
        writeLock.unlock();
        moveTo(state);

        assertThat(received(state, 4)).isEqualTo("all");
    }

    @ParameterizedTest
    @EnumSource(value = State.class, names = {"TCP", "GATED", "SMC"})
    void aCallThatComesTooLateGoesOnToTheSuccessor(State state) throws Exception {
        Transport former = channel.transport();
        moveTo(state);
        assertThat(withWriteLock(() -> former.write(bytes("late")))).isEqualTo("4");
        assertThat(withWriteLock(() -> former.write(new ByteBuffer[] {bytes("r")}, 0, 1))).isEqualTo("1");
        writeLock.lock();
        former.shutdownOutput();
        writeLock.unlock();

        assertThat(former.awaitReadable(-1)).isTrue();
        assertThat(received(state, 6)).isEqualTo("later");
    }

    @ParameterizedTest
    @EnumSource(value = State.class, names = {"TCP", "SMC"})
    void whoWaitsForRoomIsToldOfTheOutcome(State state) throws Exception {
        writeLock.lock();
        int kept = channel.transport().write(ByteBuffer.allocate(2 * EarlyOutput.LIMIT));
        writeLock.unlock();
        assertThat(kept).isEqualTo(EarlyOutput.LIMIT);
        assertThat(channel.readyOps(READ_AND_WRITE, false)).isZero();
        CountDownLatch full = new CountDownLatch(1);
        CompletableFuture<String> writing = running(() -> withWriteLock(() -> {
            assertThat(channel.transport().write(bytes("more"))).isZero();
            full.countDown();
            int written = 0;
            while (written == 0 && channel.transport().awaitWritable(-1)) {
                written = channel.transport().write(bytes("more"));
            }
            return written;
        }));
        full.await();
        CompletableFuture<String> reading = running(() -> result(() -> {
            moveTo(state);
            return received(state, EarlyOutput.LIMIT + 4).substring(EarlyOutput.LIMIT);
        }));

        assertThat(writing.get(20, TimeUnit.SECONDS)).isEqualTo("4");
        assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo("more");
    }

    @Test
    void whatWasWrittenBeforeIsHandedOnThoughAWriterHasTheLock() throws Exception {
        withWriteLock(() -> channel.transport().write(bytes("early")));
        writeLock.lock();
        running(this::replaceByTcp).get(20, TimeUnit.SECONDS);
        assertThat(channel.transport().isOutputOpen()).as("handed on without the lock").isFalse();
        assertThat(channel.pollEvents(READ_AND_WRITE)).isEqualTo(Sockets.POLLIN);
        writeLock.unlock();

        assertThat(received(State.TCP, 5)).isEqualTo("early");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> channel.transport().isOutputOpen());
    }

    @Test
    void whatWasWrittenBeforeIsLeftToWhoeverCloses() throws Exception {
        withWriteLock(() -> channel.transport().write(bytes("early")));
        writeLock.lock();
        running(this::replaceByTcp).get(20, TimeUnit.SECONDS);

        assertThat(channel.transport().takeEarly()).isEqualTo(bytes("early"));
        assertThat(channel.transport().isOutputOpen()).isTrue();
        writeLock.unlock();
    }

    @Test
    void aConnectionMayGoOverToTcpInMidStream() throws Exception {
        SmcTransport smc = smc();
        channel.replace(smc);
        withWriteLock(() -> channel.transport().write(bytes("by SMC")));
        assertThat(received(State.SMC, 6)).isEqualTo("by SMC");
        channel.replace(new TcpTransport(channel, FallbackReason.PEER_LOST, 0, false, new EarlyOutput()));
        withWriteLock(() -> channel.transport().write(bytes("by TCP")));
        peer.getOutputStream().write(7);

        assertThat(received(State.TCP, 6)).isEqualTo("by TCP");
        assertThat(channel.transport().awaitReadable(-1)).isTrue();
        assertThat(channel.transport().read(ByteBuffer.allocate(2))).isEqualTo(1);
        assertThat(channel.pollEvents(READ_AND_WRITE)).isEqualTo(Sockets.POLLIN | Sockets.POLLOUT);
    }

    @Test
    void aFailureIsToldToReadersAndWriters() throws Exception {
        withWriteLock(() -> channel.transport().write(bytes("lost")));
        CompletableFuture<Boolean> waiting = running(() -> await(() -> channel.transport().awaitReadable(-1)));
        moveTo(State.FAILED);

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> channel.transport().read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> channel.transport().write(bytes("more"))).isInstanceOf(IOException.class);
    }
}
