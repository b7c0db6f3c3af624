package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Messages there and back on blocking channels. */
final class BlockingPingPong extends ThreadedLoad {

    private final SocketTransport transport;
    private final String address;

    BlockingPingPong(SocketTransport transport, String address) {
        this.transport = transport;
        this.address = address;
    }

    @Override
    protected Exchange connect() throws IOException {
        SocketChannel channel = transport.connect(address);
        return new Exchange() {
            private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

            @Override
            public void once(int body) throws IOException {
                if (buffer.capacity() != body) {
                    buffer = ByteBuffer.allocateDirect(body);
                }
                Messages.sendAndReceive(channel, buffer);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
