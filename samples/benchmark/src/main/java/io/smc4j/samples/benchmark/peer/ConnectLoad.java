package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A connection for each request, opened, used for a message there and back unless its size is 0, and closed. One more stays open
 * for each thread, as in an application that talks to this peer anyway.
 */
final class ConnectLoad extends ThreadedLoad {

    private final SocketTransport transport;
    private final String address;

    ConnectLoad(SocketTransport transport, String address) {
        this.transport = transport;
        this.address = address;
    }

    @Override
    protected Exchange connect() throws IOException {
        SocketChannel kept = transport.connect(address);
        return new Exchange() {
            private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

            @Override
            public void once(int body) throws IOException {
                if (buffer.capacity() != body) {
                    buffer = ByteBuffer.allocateDirect(body);
                }
                try (SocketChannel channel = transport.connect(address)) {
                    Messages.sendAndReceive(channel, buffer);
                }
            }

            @Override
            public void close() throws IOException {
                kept.close();
            }
        };
    }
}
