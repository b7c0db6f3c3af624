package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection for each message, opened and closed. One more stays open, as in an application that talks to this peer anyway. */
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

            @Override
            public void once(int body, Recorder recorder) throws IOException {
                try (SocketChannel channel = transport.connect(address)) {
                    if (body > 0) {
                        exchange(channel, ByteBuffer.allocate(body), recorder);
                    }
                }
            }

            @Override
            public void close() throws IOException {
                kept.close();
            }
        };
    }

    private static void exchange(SocketChannel channel, ByteBuffer buffer, Recorder recorder) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                recorder.error();
                return;
            }
        }
    }
}
