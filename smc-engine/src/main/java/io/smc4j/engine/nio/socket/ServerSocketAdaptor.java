package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * A server channel seen as a {@link ServerSocket}; overrides everything, for the reason {@link SocketAdaptor} gives.
 *
 * <p>As thread-safe as the channel.
 */
public final class ServerSocketAdaptor extends ServerSocket {

    private static final int DEFAULT_BACKLOG = 50;

    private final ServerSocketChannel channel;
    private final BlockingAcceptor acceptor;
    private final boolean standIn;

    private volatile int timeoutMillis;

    private ServerSocketAdaptor(ServerSocketChannel channel, BlockingAcceptor acceptor, boolean standIn) {
        super(new UnusedSocketImpl());
        this.channel = channel;
        this.acceptor = acceptor;
        this.standIn = standIn;
    }

    /** @param standIn whether it stands in the place of one made by {@code new ServerSocket()}, and throws the same */
    public static <C extends ServerSocketChannel & BlockingAcceptor> ServerSocket of(C channel, boolean standIn) {
        return new ServerSocketAdaptor(channel, channel, standIn);
    }

    private IOException translated(Exception e) {
        return standIn ? SocketExceptions.translateForSocket(e, true) : SocketExceptions.translate(e);
    }

    @Override
    public ServerSocketChannel getChannel() {
        return channel;
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        bind(local, DEFAULT_BACKLOG);
    }

    @Override
    public void bind(SocketAddress local, int backlog) throws IOException {
        try {
            channel.bind(local == null ? new InetSocketAddress(0) : local, backlog);
        } catch (RuntimeException | IOException e) {
            throw translated(e);
        }
    }

    @Override
    public Socket accept() throws IOException {
        AdaptorOptions.requireOpen(channel);
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        try {
            int timeout = timeoutMillis;
            // Without a time-out a channel that does not block gives what waits, as the JDK's does.
            SocketChannel accepted = timeout > 0 ? acceptor.acceptBlocking(timeout) : channel.accept();
            if (accepted == null) {
                throw new IllegalBlockingModeException();
            }
            return accepted.socket();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isBound() {
        return local() != null;
    }

    @Override
    public InetAddress getInetAddress() {
        InetSocketAddress local = local();
        return local == null ? null : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = local();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return local();
    }

    /** A server socket tells its address even after close. */
    private InetSocketAddress local() {
        return acceptor.boundTo();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        AdaptorOptions.requireOpen(channel);
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        timeoutMillis = timeout;
    }

    @Override
    public int getSoTimeout() throws IOException {
        AdaptorOptions.requireOpen(channel);
        return timeoutMillis;
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        AdaptorOptions.set(channel, StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.SO_REUSEADDR, false);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        AdaptorOptions.requirePositive(size);
        AdaptorOptions.set(channel, StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.SO_RCVBUF, 0);
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // There is only one transport to choose from.
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> name, T value) throws IOException {
        try {
            channel.setOption(name, value);
        } catch (IOException e) {
            throw translated(e);
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        try {
            return channel.getOption(name);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public String toString() {
        if (!isBound()) {
            return "ServerSocket[unbound]";
        }
        return "ServerSocket[addr=" + getInetAddress() + ",localport=" + getLocalPort() + "]";
    }
}
