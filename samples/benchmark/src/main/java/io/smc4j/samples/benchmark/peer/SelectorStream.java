package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Buffers one after the other with a selector, none of them answered. */
final class SelectorStream extends SelectorLoad {

    SelectorStream(SocketTransport transport, String address) throws IOException {
        super(transport, address);
    }

    @Override
    protected boolean start(SelectionKey key, int body, Pace pace) {
        if (!(key.attachment() instanceof ByteBuffer buffer) || buffer.capacity() != body) {
            key.attach(ByteBuffer.allocateDirect(body));
        }
        key.interestOps(SelectionKey.OP_WRITE);
        return true;
    }

    @Override
    protected boolean ready(SelectionKey key, int body, Pace pace, Recorder recorder) throws IOException {
        ByteBuffer buffer = (ByteBuffer) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        while (true) {
            if (!buffer.hasRemaining()) {
                buffer.clear();
                if (pace.isOver()) {
                    return false;
                }
            }
            long since = System.nanoTime();
            channel.write(buffer);
            if (buffer.hasRemaining()) {
                return true;
            }
            recorder.record(System.nanoTime() - since);
        }
    }
}
