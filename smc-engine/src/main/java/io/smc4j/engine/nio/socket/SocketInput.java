package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The input stream of a {@link SocketAdaptor}. */
final class SocketInput extends InputStream {

    private final SocketAdaptor socket;
    private final BlockingStream stream;

    SocketInput(SocketAdaptor socket, BlockingStream stream) {
        this.socket = socket;
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0) {
            return 0;
        }
        socket.requireBlocking();
        try {
            return stream.readBlocking(ByteBuffer.wrap(b, off, len), socket.timeoutMillis());
        } catch (IOException e) {
            throw socket.translated(e);
        }
    }

    @Override
    public int available() throws IOException {
        try {
            return stream.availableBytes();
        } catch (IOException e) {
            throw socket.translated(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
