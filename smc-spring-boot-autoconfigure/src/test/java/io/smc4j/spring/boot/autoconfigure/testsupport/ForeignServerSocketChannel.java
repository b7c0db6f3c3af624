package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

final class ForeignServerSocketChannel extends ServerSocketChannel implements Foreign {

    private final ServerSocketChannel delegate;
    private final Traffic traffic;
    private volatile SelectionKey delegateKey;

    ForeignServerSocketChannel(SelectorProvider provider, ServerSocketChannel delegate, Traffic traffic) {
        super(provider);
        this.delegate = delegate;
        this.traffic = traffic;
    }

    @Override
    public SelectableChannel delegate() {
        return delegate;
    }

    @Override
    public void setDelegateKey(SelectionKey key) {
        delegateKey = key;
    }

    @Override
    public SocketChannel accept() throws IOException {
        SocketChannel accepted = delegate.accept();
        if (accepted == null) {
            return null;
        }
        traffic.accepted.incrementAndGet();
        return new ForeignSocketChannel(provider(), accepted, traffic);
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        delegate.bind(local, backlog);
        return this;
    }

    @Override
    public ServerSocket socket() {
        return delegate.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return delegate.getLocalAddress();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
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
