package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;

/**
 * A channel seen as a {@link Socket}. Has no {@code SocketImpl}: a method of {@code Socket} that is not overridden here
 * would make one, and with it a TCP socket nobody knows of, so all of them are.
 *
 * <p>As thread-safe as the channel. Streams require blocking mode.
 */
public class SocketAdaptor extends Socket {

    private static final int MAX_LINGER_SECONDS = 65535;

    private final SocketChannel channel;
    private final BlockingStream stream;

    private volatile int timeoutMillis;

    SocketAdaptor(SocketChannel channel, BlockingStream stream) throws SocketException {
        super((SocketImpl) null);
        this.channel = channel;
        this.stream = stream;
    }

    public static <C extends SocketChannel & BlockingStream> Socket of(C channel) {
        try {
            return new SocketAdaptor(channel, channel);
        } catch (SocketException e) {
            throw new AssertionError("declared by the super constructor, which only stores its argument", e);
        }
    }

    /** What an exception of the channel is to those who know a socket. */
    IOException translated(Exception e) {
        return SocketExceptions.translate(e);
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public void connect(SocketAddress remote) throws IOException {
        connect(remote, 0);
    }

    @Override
    public void connect(SocketAddress remote, int timeout) throws IOException {
        if (remote == null) {
            throw new IllegalArgumentException("no address to connect to");
        }
        if (remote instanceof InetSocketAddress target && target.isUnresolved()) {
            refuse(target);
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        requireBlocking();
        try {
            stream.connectBlocking(remote, timeout);
        } catch (RuntimeException e) {
            throw translated(e);
        } catch (IOException e) {
            closeAfter(e);
            throw translated(e);
        }
    }

    private void refuse(InetSocketAddress unresolved) throws IOException {
        AdaptorOptions.requireOpen(channel);
        if (channel.isConnected()) {
            throw new SocketException("Already connected");
        }
        UnknownHostException unknown = new UnknownHostException(unresolved.toString());
        closeAfter(unknown);
        throw unknown;
    }

    /** A socket whose connect failed is of no further use, and many a caller never closes it. */
    private void closeAfter(IOException failure) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        try {
            channel.bind(local);
        } catch (UnresolvedAddressException e) {
            throw (SocketException) new SocketException("Unresolved address").initCause(e);
        } catch (RuntimeException | IOException e) {
            throw translated(e);
        }
    }

    @Override
    public InetAddress getInetAddress() {
        InetSocketAddress remote = remote();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = remote();
        return remote == null ? 0 : remote.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return remote();
    }

    @Override
    public InetAddress getLocalAddress() {
        InetSocketAddress local = channel.isOpen() ? local() : null;
        return local == null ? new InetSocketAddress(0).getAddress() : local.getAddress();
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

    /** A socket tells its addresses even after close. */
    private InetSocketAddress remote() {
        return stream.connectedTo();
    }

    private InetSocketAddress local() {
        return stream.boundTo();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireConnected();
        if (stream.isInputShutdown()) {
            throw new SocketException("Socket input is shutdown");
        }
        return new SocketInput(this, stream);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireConnected();
        if (stream.isOutputShutdown()) {
            throw new SocketException("Socket output is shutdown");
        }
        return new SocketOutput(this, stream);
    }

    private void requireConnected() throws SocketException {
        AdaptorOptions.requireOpen(channel);
        if (!channel.isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }

    void requireBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    /** The read timeout in milliseconds, whether or not the socket is still open. */
    int timeoutMillis() {
        return timeoutMillis;
    }

    @Override
    public void shutdownInput() throws IOException {
        try {
            channel.shutdownInput();
        } catch (RuntimeException | IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            channel.shutdownOutput();
        } catch (RuntimeException | IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return local() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return stream.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return stream.isOutputShutdown();
    }

    /** Writes a byte as urgent, if TCP carries the connection. */
    @Override
    public void sendUrgentData(int data) throws IOException {
        try {
            stream.writeUrgent((byte) data);
        } catch (IOException e) {
            throw SocketExceptions.translate(e);
        }
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        AdaptorOptions.set(channel, NamedOption.SO_OOBINLINE, on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return AdaptorOptions.get(channel, NamedOption.SO_OOBINLINE, false);
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
    public int getSoTimeout() throws SocketException {
        AdaptorOptions.requireOpen(channel);
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        AdaptorOptions.set(channel, StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.TCP_NODELAY, false);
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        if (on && seconds < 0) {
            throw new IllegalArgumentException("linger time " + seconds + " is negative");
        }
        AdaptorOptions.set(channel, StandardSocketOptions.SO_LINGER, on ? Math.min(seconds, MAX_LINGER_SECONDS) : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.SO_LINGER, -1);
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        AdaptorOptions.requirePositive(size);
        AdaptorOptions.set(channel, StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.SO_SNDBUF, 0);
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
    public void setKeepAlive(boolean on) throws SocketException {
        AdaptorOptions.set(channel, StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.SO_KEEPALIVE, false);
    }

    @Override
    public void setTrafficClass(int tos) throws SocketException {
        if (tos < 0 || tos > 255) {
            throw new IllegalArgumentException("traffic class " + tos + " is not between 0 and 255");
        }
        AdaptorOptions.set(channel, StandardSocketOptions.IP_TOS, tos);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return AdaptorOptions.get(channel, StandardSocketOptions.IP_TOS, 0);
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
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // There is only one transport to choose from.
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
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
        if (!isConnected()) {
            return "Socket[unconnected]";
        }
        return "Socket[addr=" + getInetAddress() + ",port=" + getPort() + ",localport=" + getLocalPort() + "]";
    }
}
