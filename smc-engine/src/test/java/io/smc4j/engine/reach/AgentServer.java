package io.smc4j.engine.reach;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** Answers {@link Exchange}s, by an engine or as plain TCP, and remembers what has come. */
final class AgentServer implements AutoCloseable {

    private static final int BACKLOG = 512;

    private final SmcProvider engine;
    private final ServerSocketChannel listener;
    private final Map<SmcMode, Integer> modes = new EnumMap<>(SmcMode.class);
    private int connections;
    private int ended;
    private long bytes;
    private String fault = "none";

    /** @param engine {@code null} for plain TCP */
    AgentServer(SmcProvider engine, InetSocketAddress address) throws IOException {
        this.engine = engine;
        this.listener = engine == null ? ServerSocketChannel.open() : engine.openServerSocketChannel();
        listener.bind(address, BACKLOG);
    }

    /** Until then connections wait in the backlog. */
    void accept() {
        Thread.ofPlatform().daemon().start(() -> {
            while (listener.isOpen()) {
                try {
                    SocketChannel channel = listener.accept();
                    Thread.ofPlatform().daemon().start(() -> serve(channel));
                } catch (IOException e) {
                    if (listener.isOpen()) {
                        fail(e);
                    }
                }
            }
        });
    }

    private void serve(SocketChannel channel) {
        count(0);
        try (channel) {
            boolean first = true;
            for (int length = Exchange.answer(channel); length > 0; length = Exchange.answer(channel)) {
                add(length, first ? mode(channel) : null);
                first = false;
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            count(1);
        }
    }

    private SmcMode mode(SocketChannel channel) throws IOException {
        if (engine == null) {
            return SmcMode.TCP;
        }
        SmcSnapshot.Connection connection = Agent.find(engine, channel);
        return connection == null ? null : connection.mode();
    }

    private synchronized void count(int end) {
        connections += 1 - end;
        ended += end;
    }

    private synchronized void add(int length, SmcMode mode) {
        bytes += length;
        if (mode != null) {
            modes.merge(mode, 1, Integer::sum);
        }
    }

    private synchronized void fail(IOException e) {
        fault = e.toString().replaceAll("\\s+", "_");
    }

    /** What it has seen: connections, how many have ended, bytes received, how it answered and the last fault. */
    synchronized String seen() {
        StringJoiner text = new StringJoiner(",");
        modes.forEach((mode, count) -> text.add(mode + ":" + count));
        return "connections=" + connections + " ended=" + ended + " bytes=" + bytes + " modes=" + text + " fault="
                + fault;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
