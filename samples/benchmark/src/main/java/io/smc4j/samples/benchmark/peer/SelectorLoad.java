package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A load on channels that do not block, all of them with one selector and the calling thread. */
abstract class SelectorLoad implements Load {

    private final SocketTransport transport;
    private final String address;
    private final Selector selector;
    private final List<SelectionKey> keys = new ArrayList<>();
    private final List<SocketChannel> idle = new ArrayList<>();

    SelectorLoad(SocketTransport transport, String address) throws IOException {
        this.transport = transport;
        this.address = address;
        this.selector = transport.openSelector();
    }

    /** Begins on a connection; returns whether it goes on. */
    protected abstract boolean start(SelectionKey key, int body, Pace pace) throws IOException;

    /** Goes on with a connection that is ready; returns whether there is more to do on it. */
    protected abstract boolean ready(SelectionKey key, int body, Pace pace, Recorder recorder) throws IOException;

    @Override
    public final Result run(int connections, int body, int rate, long nanos) throws Exception {
        if (rate != 0) {
            throw new IllegalArgumentException("no fixed rate with this load");
        }
        if (keys.size() != connections) {
            close();
            while (keys.size() < connections) {
                keys.add(open());
            }
        }
        Recorder recorder = new Recorder();
        Pace pace = new Pace(0, nanos);
        int busy = 0;
        for (SelectionKey key : keys) {
            busy += start(key, body, pace) ? 1 : 0;
        }
        while (busy > 0) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (!ready(key, body, pace, recorder)) {
                    key.interestOps(0);
                    busy--;
                }
            }
            selector.selectedKeys().clear();
        }
        return recorder.result();
    }

    private SelectionKey open() throws IOException {
        SocketChannel channel = transport.connect(address);
        channel.configureBlocking(false);
        return channel.register(selector, 0);
    }

    @Override
    public final void idle(int connections) throws Exception {
        for (SocketChannel channel : idle) {
            channel.close();
        }
        idle.clear();
        while (idle.size() < connections) {
            idle.add((SocketChannel) open().channel());
        }
        selector.selectNow();
    }

    @Override
    public final void close() throws Exception {
        for (SelectionKey key : keys) {
            key.channel().close();
        }
        keys.clear();
        selector.selectNow();
    }
}
