package io.smc4j.engine.cli;

import io.smc4j.engine.nio.Echo;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Returns to each client what it sends, so that checks of other processes have somebody to talk to. */
final class EchoServer {

    /** Others wait to be accepted. */
    private static final int MOST_CLIENTS = 64;

    private final SmcSelectorProvider provider;
    private final Duration negotiation;
    private final EventLog log;
    private final Semaphore places = new Semaphore(MOST_CLIENTS);

    private EchoServer(SmcSelectorProvider provider, Command.Listen command) {
        this.provider = provider;
        this.negotiation = command.transfer().config().handshakeTimeout();
        this.log = new EventLog(System.err, command.json());
    }

    /** Serves until the process is ended, or accepting fails. */
    static int run(Command.Listen command) throws IOException {
        Netcat.requireResolved(command.address());
        try (SmcSelectorProvider provider = SmcSelectorProvider.open(command.transfer().config());
                ServerSocketChannel listener = provider.openServerSocketChannel()) {
            Netcat.bind(listener, command.address(), MOST_CLIENTS);
            return new EchoServer(provider, command).serve(listener);
        }
    }

    private int serve(ServerSocketChannel listener) throws IOException {
        log.listening((InetSocketAddress) listener.getLocalAddress());
        while (true) {
            places.acquireUninterruptibly();
            SocketChannel client = listener.accept();
            Thread.ofPlatform().daemon().name("echo").start(() -> serve(client));
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InetSocketAddress local = (InetSocketAddress) client.getLocalAddress();
            InetSocketAddress peer = (InetSocketAddress) client.getRemoteAddress();
            ModeWatch watch = new ModeWatch(provider, local, peer, log::connected);
            try {
                watch.start();
                // A server that speaks first has a TCP connection: the greeting has to wait for the negotiation.
                watch.await(negotiation);
                Echo.serve(client);
            } finally {
                watch.finish();
            }
        } catch (IOException e) {
            log.error("connection failed: " + Netcat.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }
}
