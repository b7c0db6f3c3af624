package io.smc4j.samples.benchmark.peer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Messages there and back with a selector. */
final class SelectorPingPong extends SelectorLoad {

    private static final class State {
        private final ByteBuffer buffer;
        private long since;

        State(int body) {
            buffer = ByteBuffer.allocateDirect(body);
        }
    }

    SelectorPingPong(SocketTransport transport, String address) throws IOException {
        super(transport, address);
    }

    @Override
    protected boolean start(SelectionKey key, int body, Pace pace) throws IOException {
        if (!(key.attachment() instanceof State state) || state.buffer.capacity() != body) {
            key.attach(new State(body));
        }
        return send(key, (State) key.attachment(), pace);
    }

    private static boolean send(SelectionKey key, State state, Pace pace) throws IOException {
        state.since = pace.take();
        if (state.since < 0) {
            return false;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        state.buffer.clear();
        channel.write(state.buffer);
        if (state.buffer.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            state.buffer.clear();
            if (key.interestOps() != SelectionKey.OP_READ) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
        return true;
    }

    @Override
    protected boolean ready(SelectionKey key, int body, Pace pace, Recorder recorder) throws IOException {
        State state = (State) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isWritable()) {
            channel.write(state.buffer);
            if (!state.buffer.hasRemaining()) {
                state.buffer.clear();
                key.interestOps(SelectionKey.OP_READ);
            }
            return true;
        }
        if (channel.read(state.buffer) < 0) {
            throw new EOFException();
        }
        if (state.buffer.hasRemaining()) {
            return true;
        }
        recorder.record(System.nanoTime() - state.since);
        return send(key, state, pace);
    }
}
