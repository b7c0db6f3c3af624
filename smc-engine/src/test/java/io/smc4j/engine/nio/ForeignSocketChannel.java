package io.smc4j.engine.nio;

import io.smc4j.engine.nio.socket.BlockingStream;
import io.smc4j.engine.nio.socket.SocketAdaptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A channel over one of the JDK's, so that the adaptor can be held against the JDK's own. */
final class ForeignSocketChannel extends SocketChannel implements BlockingStream {

    private final SocketChannel inner;
    private final Socket socket = SocketAdaptor.of(this);

    ForeignSocketChannel(SocketChannel inner) {
        super(inner.provider());
        this.inner = inner;
    }

    @Override
    public int readBlocking(ByteBuffer dst, long timeoutMillis) throws IOException {
        if (isInputShutdown()) {
            return -1;
        }
        inner.socket().setSoTimeout((int) timeoutMillis);
        int n = inner.socket().getInputStream().read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
        dst.position(dst.position() + Math.max(n, 0));
        return n;
    }

    @Override
    public void writeFully(ByteBuffer src, long negotiatingMillis) throws IOException {
        inner.write(src);
    }

    @Override
    public void connectBlocking(SocketAddress remote, long timeoutMillis) throws IOException {
        inner.socket().connect(remote, (int) timeoutMillis);
    }

    @Override
    public void writeUrgent(byte value) throws IOException {
        throw new SocketException("no urgent data here");
    }

    @Override
    public InetSocketAddress boundTo() {
        return (InetSocketAddress) inner.socket().getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress connectedTo() {
        return (InetSocketAddress) inner.socket().getRemoteSocketAddress();
    }

    @Override
    public int availableBytes() throws IOException {
        return isInputShutdown() ? 0 : inner.socket().getInputStream().available();
    }

    @Override
    public boolean isInputShutdown() {
        return inner.socket().isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return inner.socket().isOutputShutdown();
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        inner.bind(local);
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        inner.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return inner.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return inner.supportedOptions();
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        inner.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        inner.shutdownOutput();
        return this;
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public boolean isConnected() {
        return inner.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return inner.isConnectionPending();
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return inner.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        return inner.finishConnect();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return inner.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return inner.getLocalAddress();
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return inner.read(dst);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        return inner.read(dsts, offset, length);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return inner.write(src);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        return inner.write(srcs, offset, length);
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        inner.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        inner.configureBlocking(block);
    }
}
