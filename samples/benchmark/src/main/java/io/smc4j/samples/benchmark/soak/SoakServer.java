package io.smc4j.samples.benchmark.soak;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Answers exchanges until its standard input ends. */
public final class SoakServer {

    private static final int BACKLOG = 1024;

    private SoakServer() {
    }

    /** @param arguments the port, or 0 */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        SmcSelectorProvider engine = SmcSelectorProvider.open(SmcConfig.builder().build());
        ServerSocketChannel listener = engine.openServerSocketChannel()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        Thread.ofPlatform().daemon().name("soak-accept").start(() -> accept(listener));
        System.out.println("ready " + ((InetSocketAddress) listener.getLocalAddress()).getPort());
        System.in.transferTo(OutputStream.nullOutputStream());
        engine.close();
    }

    private static void accept(ServerSocketChannel listener) {
        while (true) {
            try {
                SocketChannel channel = listener.accept();
                Thread.ofVirtual().start(() -> serve(channel));
            } catch (IOException e) {
                System.err.println("cannot accept: " + e);
                return;
            }
        }
    }

    private static void serve(SocketChannel channel) {
        try (channel) {
            boolean more = true;
            while (more) {
                more = Exchange.serve(channel);
            }
        } catch (IOException e) {
            // The client has aborted, as some are to do; what is wrong with others is for them to tell.
        }
    }
}
