package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Buffers one after the other on blocking channels, none of them answered. */
final class BlockingStreamLoad extends ThreadedLoad {

    private final SocketTransport transport;
    private final String address;

    BlockingStreamLoad(SocketTransport transport, String address) {
        this.transport = transport;
        this.address = address;
    }

    @Override
    protected Exchange connect() throws IOException {
        SocketChannel channel = transport.connect(address);
        return new Exchange() {
            private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

            @Override
            public void once(int body, Recorder recorder) throws IOException {
                if (buffer.capacity() != body) {
                    buffer = ByteBuffer.allocateDirect(body);
                }
                buffer.clear();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
