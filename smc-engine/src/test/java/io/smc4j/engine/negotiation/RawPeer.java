package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcFormatException;
import io.smc4j.engine.wire.ClcMessage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One end of a TCP connection that has no engine: it says exactly what it is told to, and sees every byte. */
final class RawPeer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static RawPeer connect(SocketAddress listener) throws IOException {
        Socket socket = new Socket();
        socket.connect(listener, PATIENCE_MILLIS);
        return new RawPeer(socket);
    }

    static byte[] bytesOf(ClcMessage message) {
        ByteBuffer bytes = ByteBuffer.allocate(message.length());
        message.encode(bytes);
        return bytes.array();
    }

    static byte[] bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    int remotePort() {
        return socket.getPort();
    }

    /** Sends all parts at once, so that they arrive together. */
    RawPeer send(byte[]... parts) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        socket.getOutputStream().write(whole.toByteArray());
        return this;
    }

    RawPeer send(ClcMessage message) throws IOException {
        return send(bytesOf(message));
    }

    RawPeer send(String text) throws IOException {
        return send(bytesOf(text));
    }

    byte[] receive(int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("end of stream after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    /** Takes what comes next, or nothing if that takes too long or is the end. */
    byte[] receiveSome(int patienceMillis) throws IOException {
        byte[] bytes = new byte[1024];
        socket.setSoTimeout(patienceMillis);
        try {
            return Arrays.copyOf(bytes, Math.max(0, socket.getInputStream().read(bytes)));
        } catch (SocketTimeoutException e) {
            return new byte[0];
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    String receiveText(int length) throws IOException {
        return new String(receive(length), StandardCharsets.UTF_8);
    }

    /** Takes the bytes of one CLC message, as its header has them. */
    byte[] receiveFrame() throws IOException {
        byte[] header = receive(Clc.HEADER_LENGTH);
        int length = Clc.frame(ByteBuffer.wrap(header));
        assertThat(length).as("length in a CLC header").isGreaterThan(Clc.HEADER_LENGTH);
        byte[] rest = receive(length - header.length);
        return ByteBuffer.allocate(length).put(header).put(rest).array();
    }

    <M extends ClcMessage> M receive(Class<M> type) throws IOException {
        try {
            ClcMessage message = ClcMessage.decode(ByteBuffer.wrap(receiveFrame()));
            assertThat(message).isInstanceOf(type);
            return type.cast(message);
        } catch (ClcFormatException e) {
            throw new IOException(e);
        }
    }

    void expectEnd() throws IOException {
        assertThat(socket.getInputStream().read()).as("after the last byte").isEqualTo(-1);
    }

    void expectReset() {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
