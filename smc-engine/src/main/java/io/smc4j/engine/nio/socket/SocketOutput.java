package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The output stream of a {@link SocketAdaptor}. */
final class SocketOutput extends OutputStream {

    private final SocketAdaptor socket;
    private final BlockingStream stream;

    SocketOutput(SocketAdaptor socket, BlockingStream stream) {
        this.socket = socket;
        this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0) {
            return;
        }
        socket.requireBlocking();
        try {
            stream.writeFully(ByteBuffer.wrap(b, off, len), socket.timeoutMillis());
        } catch (IOException e) {
            throw socket.translated(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
