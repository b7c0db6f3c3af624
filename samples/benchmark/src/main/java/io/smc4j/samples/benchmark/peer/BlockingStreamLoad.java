package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Buffers one after the other on blocking channels, none of them answered. The last ones of a run may still be under way when it
 * ends, at most what the transport keeps for the peer: some MiB with TCP, less with the others, of some GiB.
 */
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
            public void once(int body) throws IOException {
                if (buffer.capacity() != body) {
                    buffer = ByteBuffer.allocateDirect(body);
                }
                Messages.send(channel, buffer);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
