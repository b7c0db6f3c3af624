package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;

/**
 * A socket in the place of one made by {@code new Socket()}: says of its channel what the JDK's own implementation of
 * sockets says. That an interrupt does not end what a platform thread does is the channel's affair.
 */
public final class StandInSocket extends SocketAdaptor {

    private volatile boolean connected;

    private <C extends SocketChannel & BlockingStream> StandInSocket(C channel) throws SocketException {
        super(channel, channel);
        this.connected = channel.isConnected();
    }

    /** @param channel one that nobody else uses, and that lets no interrupt of a platform thread close it */
    public static <C extends SocketChannel & BlockingStream> Socket over(C channel) {
        try {
            return new StandInSocket(channel);
        } catch (SocketException e) {
            throw new AssertionError("declared by the super constructor, which only stores its argument", e);
        }
    }

    @Override
    IOException translated(Exception e) {
        return SocketExceptions.translateForSocket(e, isClosed());
    }

    @Override
    public void connect(SocketAddress remote, int timeout) throws IOException {
        if (remote == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        requireOpen();
        if (connected) {
            throw new SocketException("Already connected");
        }
        InetSocketAddress target = requireInternet(remote);
        if (target.isUnresolved()) {
            close();
            throw new UnknownHostException(target.getHostName());
        }
        super.connect(remote, timeout);
        connected = true;
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        requireOpen();
        if (local != null) {
            requireInternet(local);
        }
        super.bind(local);
    }

    private static InetSocketAddress requireInternet(SocketAddress address) {
        if (address instanceof InetSocketAddress known) {
            return known;
        }
        throw new IllegalArgumentException("Unsupported address type");
    }

    @Override
    public void shutdownInput() throws IOException {
        requireOpen();
        if (isConnected() && isInputShutdown()) {
            throw new SocketException("Socket input is already shutdown");
        }
        super.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireOpen();
        if (isConnected() && isOutputShutdown()) {
            throw new SocketException("Socket output is already shutdown");
        }
        super.shutdownOutput();
    }

    /** Also after the close. */
    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isBound() {
        return connected || super.isBound();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        return super.setOption(name, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return super.getOption(name);
    }

    private void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException(SocketExceptions.CLOSED);
        }
    }
}
