package io.smc4j.engine.faults;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;

/**
 * The other process. As a server it prints its port; as a client, "connected". What it does with a connection is one of
 * {@link Behaviour}, which a server is told by the connection's first byte.
 */
final class PeerMain {

    enum Behaviour {
        /** Sends back what comes. */
        ECHO,
        /** Sends {@link #PATTERN_LENGTH} numbered bytes over and over. */
        SEND,
        /** Sends the first {@value #GREETING} numbered bytes, then waits for input. */
        GREET,
        /** Reads nothing and sends nothing. */
        IGNORE,
        /** Sends {@value #FLOOD_LENGTH} numbered bytes at once, then waits for input. */
        FLOOD
    }

    static final int GREETING = 1000;
    static final int PATTERN_LENGTH = 251;
    /** What buffers of TCP take at once. */
    static final int FLOOD_LENGTH = 3 << 20;

    private PeerMain() {
    }

    public static void main(String[] args) throws IOException {
        // A process whose parent dies must not stay behind: it reads the end of its standard input.
        Thread.ofPlatform().daemon().start(PeerMain::exitWithParent);
        SmcSelectorProvider provider = SmcSelectorProvider.open(SmcConfig.builder().memoryLimit(256L << 20).build());
        if (args[0].equals("server")) {
            serve(provider, Integer.parseInt(args[1]));
        } else {
            SocketChannel channel = provider.openSocketChannel();
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])));
            System.out.println("connected");
            behave(Behaviour.valueOf(args[2]), channel);
            // The end of the process is the test's to choose: whoever writes to it may take a while to fill its ring.
            behave(Behaviour.IGNORE, channel);
        }
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(2);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void serve(SmcSelectorProvider provider, int port) throws IOException {
        ServerSocketChannel listener = provider.openServerSocketChannel();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
        System.out.println(((InetSocketAddress) listener.getLocalAddress()).getPort());
        for (;;) {
            SocketChannel channel = listener.accept();
            Thread.ofPlatform().start(() -> serve(channel));
        }
    }

    private static void serve(SocketChannel channel) {
        try (channel) {
            ByteBuffer first = ByteBuffer.allocate(1);
            if (channel.read(first) > 0) {
                behave(Behaviour.values()[first.get(0)], channel);
            }
        } catch (IOException e) {
            System.err.println("connection ended: " + e);
        }
    }

    private static void behave(Behaviour behaviour, SocketChannel channel) throws IOException {
        switch (behaviour) {
            case ECHO -> {
                ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
                while (channel.read(buffer.clear()) >= 0) {
                    channel.write(buffer.flip());
                }
            }
            case SEND -> {
                ByteBuffer pattern = numbered(PATTERN_LENGTH * 64);
                for (;;) {
                    channel.write(pattern.rewind());
                }
            }
            case GREET -> {
                channel.write(numbered(GREETING));
                System.out.println("greeted");
                channel.read(ByteBuffer.allocate(1));
            }
            case FLOOD -> {
                ByteBuffer all = numbered(FLOOD_LENGTH);
                while (all.hasRemaining()) {
                    channel.write(all);
                }
                System.out.println("flooded");
                channel.read(ByteBuffer.allocate(1));
            }
            case IGNORE -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    private static ByteBuffer numbered(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            bytes.put((byte) (i % PATTERN_LENGTH));
        }
        return bytes.flip();
    }
}
