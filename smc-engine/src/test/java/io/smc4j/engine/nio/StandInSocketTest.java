package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets of the engine compared with those made by {@code new Socket()}. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class StandInSocketTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    enum Mode { SMC, TCP }

    private interface Openable {
        Socket open() throws IOException;
    }

    /** Both ends of a connection. */
    private record Pair(Socket socket, SocketChannel peer) {
    }

    private SmcSelectorProvider servers;
    private SmcSelectorProvider clients;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        servers = SmcSelectorProvider.open(SmcConfig.defaults());
    }

    private void openClients(Mode mode) throws IOException {
        clients = SmcSelectorProvider.open(SmcConfig.builder().clientEnabled(mode == Mode.SMC).build());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable something : opened) {
            something.close();
        }
        clients.close();
        servers.close();
    }

    private <T extends AutoCloseable> T toClose(T something) {
        opened.add(something);
        return something;
    }

    private Pair connect(Openable sockets) throws Exception {
        try (ServerSocketChannel listener = servers.openServerSocketChannel().bind(ANY_PORT)) {
            FutureTask<SocketChannel> accepting = new FutureTask<>(listener::accept);
            Thread.ofPlatform().start(accepting);
            Socket socket = toClose(sockets.open());
            socket.connect(listener.getLocalAddress());
            SocketChannel peer = toClose(accepting.get());
            socket.getOutputStream().write(1);
            assertThat(peer.socket().getInputStream().read()).isEqualTo(1);
            peer.socket().getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            return new Pair(socket, peer);
        }
    }

    private static void reset(Pair pair) throws IOException {
        pair.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.peer().close();
    }

    /** Result or exception, type and text, of each call. */
    private static List<String> say(Callable<?>... calls) {
        List<String> said = new ArrayList<>();
        for (Callable<?> call : calls) {
            try {
                said.add(String.valueOf(call.call()));
            } catch (Exception e) {
                said.add(e.getClass().getName() + ": " + e.getMessage());
            }
        }
        return said;
    }

    private static Callable<String> write(OutputStream out) {
        return () -> {
            out.write(new byte[10]);
            return "written";
        };
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Callable<String> run(Action action) {
        return () -> {
            action.run();
            return "done";
        };
    }

    private interface Scenario {
        List<String> run(Openable sockets) throws Exception;
    }

    private void assertSame(Scenario scenario) throws Exception {
        assertThat(scenario.run(clients::openSocket)).isEqualTo(scenario.run(Socket::new));
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameUnconnected(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Socket s = toClose(sockets.open());
            return say(s::getInputStream, s::getOutputStream, run(s::shutdownInput), run(s::shutdownOutput),
                    run(() -> s.connect(null)), run(() -> s.connect(ANY_PORT, -1)),
                    run(() -> s.connect(UnixDomainSocketAddress.of("/none"))),
                    run(() -> s.bind(UnixDomainSocketAddress.of("/none"))),
                    run(() -> s.bind(InetSocketAddress.createUnresolved("none", 1))),
                    s::isConnected, s::isBound, s::isClosed, s::getPort, s::getLocalPort, s::getInetAddress,
                    s::toString, run(() -> s.connect(InetSocketAddress.createUnresolved("none", 1))), s::isClosed);
        });
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameWhenRefused(Mode mode) throws Exception {
        openClients(mode);
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        assertSame(sockets -> {
            Socket s = toClose(sockets.open());
            return say(run(() -> s.connect(nobody, 10_000)), s::isClosed, s::isConnected, run(() -> s.connect(nobody)));
        });
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameConnected(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Pair pair = connect(sockets);
            Socket s = pair.socket();
            OutputStream out = s.getOutputStream();
            InputStream in = s.getInputStream();
            s.setSoTimeout(1);
            return say(in::read, in::available, run(() -> s.connect(ANY_PORT)), run(() -> s.bind(null)), s::isClosed,
                    run(s::shutdownOutput), write(out), s::getOutputStream, run(s::shutdownOutput), s::isOutputShutdown,
                    run(s::shutdownInput), in::read, in::available, s::getInputStream, run(s::shutdownInput));
        });
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameClosed(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Socket s = connect(sockets).socket();
            OutputStream out = s.getOutputStream();
            InputStream in = s.getInputStream();
            s.close();
            return say(in::read, in::available, write(out), s::getInputStream, s::getOutputStream,
                    run(s::shutdownInput), run(s::shutdownOutput), s::getSoTimeout, run(() -> s.setTcpNoDelay(true)),
                    s::getTcpNoDelay, () -> s.getOption(StandardSocketOptions.TCP_NODELAY),
                    run(() -> s.connect(ANY_PORT)), run(() -> s.bind(null)), s::isConnected, s::isBound, s::isClosed,
                    run(s::close));
        });
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameOfAReset(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Pair pair = connect(sockets);
            reset(pair);
            InputStream in = pair.socket().getInputStream();
            OutputStream out = pair.socket().getOutputStream();
            return say(in::read, in::available, in::read, write(out), write(out), in::read);
        });
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameOfAClose(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Pair pair = connect(sockets);
            pair.peer().close();
            InputStream in = pair.socket().getInputStream();
            OutputStream out = pair.socket().getOutputStream();
            List<String> said = say(in::read, write(out));
            await().until(() -> {
                List<String> next = say(write(out));
                if (!next.contains("written")) {
                    said.addAll(next);
                }
                return said.size() > 2;
            });
            said.addAll(say(write(out), in::read));
            return said;
        });
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameWhenClosedDuringARead(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Socket s = connect(sockets).socket();
            CompletableFuture<Thread> reader = new CompletableFuture<>();
            CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> {
                reader.complete(Thread.currentThread());
                return say(() -> s.getInputStream().read());
            });
            awaitInChannels(reader.get());
            s.close();
            return reading.get(20, TimeUnit.SECONDS);
        });
    }

    /** Waits until a thread is in a method of sockets. Where it is within does not matter to what it will say. */
    private static void awaitInChannels(Thread thread) {
        await().until(() -> {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getClassName().startsWith("sun.nio.ch.") || frame.getClassName()
                        .startsWith("io.smc4j.engine.os")
                        || frame.getClassName().startsWith("io.smc4j.engine.connection")) {
                    return true;
                }
            }
            return false;
        });
    }

    @ParameterizedTest
    @EnumSource
    void goesOnReadingWhenAPlatformThreadIsInterrupted(Mode mode) throws Exception {
        openClients(mode);
        for (int timeout : new int[] {0, 30_000}) {
            Pair pair = connect(clients::openSocket);
            pair.socket().setSoTimeout(timeout);
            FutureTask<String> reading = new FutureTask<>(
                    () -> pair.socket().getInputStream().read() + " " + Thread.currentThread().isInterrupted());
            Thread reader = Thread.ofPlatform().start(reading);
            awaitInChannels(reader);
            reader.interrupt();
            pair.peer().socket().getOutputStream().write(7);
            assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo("7 true");
            assertThat(pair.socket().isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWritingInAnInterruptedPlatformThread(Mode mode) throws Exception {
        openClients(mode);
        int length = 16 << 20;
        CompletableFuture<Pair> connected = new CompletableFuture<>();
        FutureTask<Boolean> writing = new FutureTask<>(() -> {
            Pair pair = connect(clients::openSocket);
            Thread.currentThread().interrupt();
            connected.complete(pair);
            pair.socket().getOutputStream().write(new byte[length]);
            return Thread.interrupted();
        });
        Thread.ofPlatform().start(writing);
        InputStream in = connected.get(20, TimeUnit.SECONDS).peer().socket().getInputStream();
        assertThat(in.readNBytes(length)).hasSize(length);
        assertThat(writing.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void isClosedWhenAVirtualThreadIsInterrupted(Mode mode) throws Exception {
        openClients(mode);
        Pair pair = connect(clients::openSocket);
        FutureTask<Integer> reading = new FutureTask<>(() -> pair.socket().getInputStream().read());
        Thread reader = Thread.ofVirtual().start(reading);
        await().until(() -> reader.getState() == Thread.State.WAITING
                || reader.getState() == Thread.State.TIMED_WAITING);
        reader.interrupt();
        assertThatExceptionOfType(Exception.class).isThrownBy(() -> reading.get(20, TimeUnit.SECONDS)).havingCause()
                .isExactlyInstanceOf(SocketException.class).withMessage("Closed by interrupt");
        assertThat(pair.socket().isClosed()).isTrue();
    }

    /** For the JDK's sockets, too, an interrupt matters to a virtual thread that has to wait only. */
    @ParameterizedTest
    @EnumSource
    void readsAndWritesInAnInterruptedVirtualThreadThatNeedNotWait(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Pair pair = connect(sockets);
            Socket s = pair.socket();
            pair.peer().socket().getOutputStream().write(7);
            await().until(() -> s.getInputStream().available() > 0);
            FutureTask<List<String>> calls = new FutureTask<>(() -> {
                Thread.currentThread().interrupt();
                return say(s.getInputStream()::read, write(s.getOutputStream()), Thread.currentThread()::isInterrupted,
                        s::isClosed, s.getInputStream()::read, s::isClosed, Thread.currentThread()::isInterrupted);
            });
            Thread.ofVirtual().start(calls);
            return calls.get(20, TimeUnit.SECONDS);
        });
    }

    @ParameterizedTest
    @EnumSource
    void timesOutInAnInterruptedPlatformThread(Mode mode) throws Exception {
        openClients(mode);
        assertSame(sockets -> {
            Socket s = connect(sockets).socket();
            s.setSoTimeout(50);
            FutureTask<List<String>> calls = new FutureTask<>(() -> {
                Thread.currentThread().interrupt();
                return say(s.getInputStream()::read, Thread.currentThread()::isInterrupted, s::isClosed);
            });
            Thread.ofPlatform().start(calls);
            return calls.get(20, TimeUnit.SECONDS);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isCarriedBySmcWherePossible(boolean smc) throws Exception {
        openClients(smc ? Mode.SMC : Mode.TCP);
        connect(clients::openSocket);
        assertThat(clients.snapshot().connections()).extracting(SmcSnapshot.Connection::mode)
                .containsExactly(smc ? SmcMode.SMCD : SmcMode.TCP);
    }
}
