package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What comes over a socket. Before it sends a body on a connection that was idle, the JDK reads with a timeout of one
 * millisecond to see whether the peer has closed. Nothing is expected to come, so this looks and does not wait.
 */
final class ProbedInput extends FilterInputStream {

    private static final int PROBE_MILLIS = 1;

    private final Socket socket;

    ProbedInput(Socket socket) throws IOException {
        super(socket.getInputStream());
        this.socket = socket;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        SocketChannel channel = socket.getChannel();
        if (channel == null || socket.getSoTimeout() != PROBE_MILLIS) {
            return in.read(bytes, offset, length);
        }
        int count;
        channel.configureBlocking(false);
        try {
            count = channel.read(ByteBuffer.wrap(bytes, offset, length));
        } finally {
            channel.configureBlocking(true);
        }
        if (count == 0 && length > 0) {
            throw new SocketTimeoutException("Read timed out");
        }
        return count;
    }
}
