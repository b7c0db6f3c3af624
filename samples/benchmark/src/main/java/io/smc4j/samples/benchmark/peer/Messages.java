package io.smc4j.samples.benchmark.peer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What is done with a blocking channel. */
final class Messages {

    private Messages() {
    }

    /** Sends the whole buffer. */
    static void send(SocketChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Sends the whole buffer and waits until as much has come back. */
    static void sendAndReceive(SocketChannel channel, ByteBuffer buffer) throws IOException {
        send(channel, buffer);
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
    }
}
