package io.smc4j.engine.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Does what programs do with sockets, and says what comes of it: the same with the agent and without. */
final class SocketProgram {

    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    private record Pair(Socket client, Socket server) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    /** Accepts into a socket of its own. */
    private static final class OwnSockets extends ServerSocket {

        OwnSockets() throws IOException {
            super(0, 50, HOST);
        }

        @Override
        public Socket accept() throws IOException {
            Socket socket = new Socket() {
                @Override
                public String toString() {
                    return "own";
                }
            };
            socket.setSoTimeout(30_000);
            implAccept(socket);
            return socket;
        }
    }

    private SocketProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        streams();
        timeouts();
        closing();
        interrupts(Thread.ofPlatform());
        interrupts(Thread.ofVirtual());
        options();
        failures();
        subclass();
        manyShortLived();
        if (arguments.length > 0) {
            tls(Path.of(arguments[0]));
        }
        factory();
    }

    private static Pair connect() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, HOST)) {
            Socket client = new Socket(HOST, listener.getLocalPort());
            return new Pair(client, listener.accept());
        }
    }

    private static void say(String what, Callable<?> call) {
        String said;
        try {
            said = String.valueOf(call.call());
        } catch (Exception e) {
            said = e.getClass().getName() + ": " + e.getMessage();
        }
        System.out.println(what + ": " + said.replaceAll("port=\\d+", "port"));
    }

    private static void streams() throws Exception {
        try (Pair pair = connect()) {
            byte[] sent = new byte[300_000];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (byte) (i * 7 + i / 251);
            }
            FutureTask<byte[]> reading = new FutureTask<>(() -> pair.server.getInputStream().readAllBytes());
            Thread.ofVirtual().start(reading);
            pair.client.getOutputStream().write(sent);
            pair.client.shutdownOutput();
            say("bytes", () -> java.util.Arrays.equals(sent, reading.get()));
            say("write after shutdown", () -> {
                pair.client.getOutputStream().write(1);
                return "written";
            });
            pair.server.getOutputStream().write("back".getBytes());
            say("back", () -> new String(pair.client.getInputStream().readNBytes(4)));
            say("available", () -> pair.client.getInputStream().available());
            say("addresses", () -> pair.client.getPort() == pair.server.getLocalPort()
                    && pair.client.getLocalPort() == pair.server.getPort());
            say("text", () -> pair.client + " " + pair.server + " " + pair.client.getRemoteSocketAddress().getClass());
            say("channel", pair.client::getChannel);
            pair.client.shutdownInput();
            say("input is shut down", () -> pair.client.isInputShutdown() + " " + pair.client.isOutputShutdown());
            say("stream of shut down input", pair.client::getInputStream);
        }
    }

    private static void timeouts() throws Exception {
        try (Pair pair = connect(); ServerSocket listener = new ServerSocket(0, 50, HOST)) {
            pair.client.setSoTimeout(20);
            InputStream input = pair.client.getInputStream();
            say("read in time", input::read);
            pair.client.setSoTimeout(30_000);
            pair.server.getOutputStream().write(5);
            say("read after that", input::read);
            listener.setSoTimeout(20);
            say("accept in time", listener::accept);
            listener.setSoTimeout(30_000);
            say("negative", () -> {
                pair.client.setSoTimeout(-1);
                return "set";
            });
            try (Socket client = new Socket(HOST, listener.getLocalPort())) {
                say("accept after that", () -> listener.accept().isConnected() && client.isConnected());
            }
        }
    }

    private static void closing() throws Exception {
        Pair pair = connect();
        InputStream input = pair.client.getInputStream();
        whileWaiting("read of a socket closed meanwhile", Thread.ofPlatform(), input::read, pair.client::close);
        say("read of a closed one", input::read);
        say("stream of a closed one", pair.client::getInputStream);
        say("closed", () -> pair.client.isClosed() + " " + pair.client.isConnected() + " " + pair.client);
        say("the peer's end", () -> pair.server.getInputStream().read());
        pair.server.close();
        ServerSocket listener = new ServerSocket(0, 50, HOST);
        whileWaiting("accept of a listener closed meanwhile", Thread.ofPlatform(), listener::accept, listener::close);
        say("accept of a closed one", listener::accept);
        Pair reset = connect();
        reset.server.setSoLinger(true, 0);
        reset.server.close();
        say("reset", () -> reset.client.getInputStream().read());
        say("reset again", () -> reset.client.getInputStream().read());
        reset.client.close();
    }

    private interface Act {
        void run() throws Exception;
    }

    private static Thread begin(String what, Thread.Builder kind, Callable<?> waiting) throws Exception {
        Thread thread = kind.unstarted(() -> say(what, waiting));
        thread.start();
        while (thread.isAlive() && !isInCall(thread)) {
            Thread.yield();
        }
        return thread;
    }

    private static boolean isInCall(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().startsWith("java.net.") && List.of("read", "accept").contains(
                    frame.getMethodName())) {
                return true;
            }
        }
        return false;
    }

    private static void whileWaiting(String what, Thread.Builder kind, Callable<?> waiting, Act act)
            throws Exception {
        Thread thread = begin(what, kind, waiting);
        act.run();
        thread.join();
    }

    private static void interrupts(Thread.Builder kind) throws Exception {
        try (Pair pair = connect(); ServerSocket listener = new ServerSocket(0, 50, HOST)) {
            whileInterrupted("interrupted read", kind, () -> {
                int read = pair.client.getInputStream().read();
                return read + " " + Thread.interrupted();
            }, () -> pair.server.getOutputStream().write(3));
            say("socket is closed", pair.client::isClosed);
            whileInterrupted("interrupted accept", kind, () -> {
                try (Socket accepted = listener.accept()) {
                    return accepted.isConnected() + " " + Thread.interrupted();
                }
            }, () -> new Socket(HOST, listener.getLocalPort()).close());
            say("listener is closed", listener::isClosed);
        }
    }

    /** @param release has the call of a platform thread end, which an interrupt does not */
    private static void whileInterrupted(String what, Thread.Builder kind, Callable<?> waiting, Act release)
            throws Exception {
        Thread thread = begin(what, kind, waiting);
        thread.interrupt();
        if (!thread.isVirtual()) {
            release.run();
        }
        thread.join();
    }

    private static void options() throws Exception {
        try (Socket socket = new Socket(); ServerSocket listener = new ServerSocket()) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoLinger(true, 7);
            socket.setReuseAddress(true);
            socket.setOOBInline(true);
            socket.setSoTimeout(1234);
            say("options", () -> socket.getTcpNoDelay() + " " + socket.getKeepAlive() + " " + socket.getSoLinger() + " "
                    + socket.getReuseAddress() + " " + socket.getOOBInline() + " " + socket.getSoTimeout());
            socket.setSoLinger(false, 0);
            say("linger", socket::getSoLinger);
            say("by name", () -> socket.setOption(StandardSocketOptions.TCP_NODELAY, false)
                    .getOption(StandardSocketOptions.TCP_NODELAY));
            say("unknown by name", () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
            listener.setReceiveBufferSize(65536);
            listener.setOption(StandardSocketOptions.IP_TOS, 16);
            say("listener's", () -> listener.getReuseAddress() + " " + listener.getSoTimeout() + " "
                    + listener.getOption(StandardSocketOptions.IP_TOS) + " " + listener.getLocalPort());
            say("bound", () -> {
                socket.bind(new InetSocketAddress(HOST, 0));
                return socket.isBound() + " " + socket.getLocalAddress() + " " + (socket.getLocalPort() > 0);
            });
            say("bound twice", () -> {
                socket.bind(new InetSocketAddress(HOST, 0));
                return "bound";
            });
            listener.bind(new InetSocketAddress(HOST, 0));
            say("address in use", () -> new ServerSocket(listener.getLocalPort(), 1, HOST));
        }
    }

    private static void failures() throws Exception {
        int closed;
        try (ServerSocket listener = new ServerSocket(0, 50, HOST)) {
            closed = listener.getLocalPort();
        }
        say("refused", () -> new Socket(HOST, closed));
        say("unknown host", () -> new Socket("no-such-host.invalid", closed));
        say("not connected", () -> new Socket().getInputStream());
        say("not bound", () -> new ServerSocket().accept());
        say("connected twice", () -> {
            try (Pair pair = connect()) {
                pair.client.connect(new InetSocketAddress(HOST, closed));
                return "connected";
            }
        });
    }

    private static void subclass() throws Exception {
        try (ServerSocket listener = new OwnSockets(); Socket client = new Socket(HOST, listener.getLocalPort());
                Socket accepted = listener.accept()) {
            say("subclass", () -> accepted + " " + accepted.getSoTimeout());
            client.getOutputStream().write(9);
            say("subclass reads", () -> accepted.getInputStream().read());
            accepted.setSoTimeout(20);
            say("subclass in time", () -> accepted.getInputStream().read());
        }
    }

    private static void manyShortLived() throws Exception {
        AtomicInteger good = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 500, HOST)) {
            Thread.ofVirtual().start(() -> echoAll(listener));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int number = i % 256;
                threads.add(Thread.ofVirtual().start(() -> {
                    try (Socket socket = new Socket(HOST, listener.getLocalPort())) {
                        socket.getOutputStream().write(number);
                        if (socket.getInputStream().read() == number && socket.getInputStream().read() < 0) {
                            good.incrementAndGet();
                        }
                    } catch (IOException e) {
                        System.out.println("short-lived: " + e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        say("short-lived", good::get);
    }

    private static void echoAll(ServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        socket.getOutputStream().write(socket.getInputStream().read());
                    } catch (IOException e) {
                        System.out.println("echo: " + e);
                    }
                });
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private static void tls(Path keys) throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(keys)) {
            store.load(stream, password);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(store, password);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        try (Pair pair = connect()) {
            SSLSocket server = (SSLSocket) context.getSocketFactory().createSocket(pair.server, null, true);
            SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(pair.client, "localhost",
                    pair.client.getPort(), true);
            FutureTask<Integer> reading = new FutureTask<>(() -> server.getInputStream().read());
            Thread.ofPlatform().start(reading);
            OutputStream output = client.getOutputStream();
            output.write(42);
            say("layered TLS", reading::get);
            client.close();
            server.close();
        }
        try (ServerSocket listener = context.getServerSocketFactory().createServerSocket(0, 50, HOST);
                Socket client = context.getSocketFactory().createSocket(HOST, listener.getLocalPort());
                Socket server = listener.accept()) {
            FutureTask<Integer> reading = new FutureTask<>(() -> server.getInputStream().read());
            Thread.ofPlatform().start(reading);
            client.getOutputStream().write(43);
            say("TLS", reading::get);
        }
    }

    /** As libraries do that are older than the agent, and late. */
    @SuppressWarnings("deprecation")
    private static void factory() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Socket.setSocketImplFactory(() -> {
            asked.incrementAndGet();
            return (SocketImpl) null;
        });
        say("socket of a factory", () -> {
            new Socket().bind(null);
            return "bound";
        });
        say("factory asked", asked::get);
        try (Socket without = new Socket(java.net.Proxy.NO_PROXY)) {
            say("factory asked again", asked::get);
        } catch (RuntimeException e) {
            say("factory asked again", asked::get);
        }
    }
}
