package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

final class ForeignSocketChannel extends SocketChannel implements Foreign {

    private final SocketChannel delegate;
    private final Traffic traffic;
    private final ForeignSocket socket;
    private final AtomicBoolean counted = new AtomicBoolean();
    private volatile SelectionKey delegateKey;

    ForeignSocketChannel(SelectorProvider provider, SocketChannel delegate, Traffic traffic) throws IOException {
        super(provider);
        this.delegate = delegate;
        this.traffic = traffic;
        this.counted.set(delegate.isConnected());
        this.socket = new ForeignSocket(this, delegate.socket(), traffic);
    }

    @Override
    public SelectableChannel delegate() {
        return delegate;
    }

    @Override
    public void setDelegateKey(SelectionKey key) {
        delegateKey = key;
    }

    void countConnected() {
        if (counted.compareAndSet(false, true)) {
            traffic.connected.incrementAndGet();
        }
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        delegate.bind(local);
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        boolean connected = delegate.connect(remote);
        if (connected) {
            countConnected();
        }
        return connected;
    }

    @Override
    public boolean finishConnect() throws IOException {
        boolean connected = delegate.finishConnect();
        if (connected) {
            countConnected();
        }
        return connected;
    }

    @Override
    public boolean isConnected() {
        return delegate.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return delegate.isConnectionPending();
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return (int) traffic.countRead(delegate.read(dst));
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        return traffic.countRead(delegate.read(dsts, offset, length));
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return (int) traffic.countWritten(delegate.write(src));
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        return traffic.countWritten(delegate.write(srcs, offset, length));
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        delegate.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        delegate.shutdownOutput();
        return this;
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return delegate.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return delegate.getLocalAddress();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        delegate.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return delegate.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return delegate.supportedOptions();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        if (counted.get()) {
            traffic.closed.incrementAndGet();
        }
        delegate.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        if (block && delegateKey != null) {
            delegateKey.cancel();
        }
        delegate.configureBlocking(block);
    }
}
