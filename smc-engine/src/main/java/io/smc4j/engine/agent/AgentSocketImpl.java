package io.smc4j.engine.agent;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.util.Set;

/**
 * What is behind a {@code java.net} socket of the program: a socket of the engine, or of the JDK where the program's
 * class is excluded. The JDK's own class checks states and arguments before it calls.
 *
 * <p>The subclass that {@link JdkDoor} makes is one of the JDK's platform implementations, so that sockets accept, and
 * go through proxies, the JDK's way.
 */
public class AgentSocketImpl extends SocketImpl {

    private final boolean server;
    private final boolean ofJdk;
    /** One of the two, once created. */
    private volatile Socket socket;
    private volatile ServerSocket listener;
    private InputStream input;
    private InetSocketAddress bindTo;
    private volatile boolean closed;

    /** For the subclass. */
    protected AgentSocketImpl(boolean server, boolean ofJdk) {
        this.server = server;
        this.ofJdk = ofJdk;
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new IOException("Datagram socket creation not supported");
        }
        if (socket != null || listener != null) {
            throw new IOException("Already created");
        }
        if (server) {
            listener = ofJdk ? JdkSockets.openServerSocket() : AgentEngine.get().openServerSocket();
        } else {
            socket = ofJdk ? JdkSockets.openSocket() : AgentEngine.get().openSocket();
        }
    }

    private Socket socket() throws SocketException {
        Socket known = socket;
        if (known == null) {
            throw new SocketException(closed ? "Socket closed" : "Not created");
        }
        return known;
    }

    private ServerSocket listener() throws SocketException {
        ServerSocket known = listener;
        if (known == null) {
            throw new SocketException(closed ? "Socket closed" : "Socket not created");
        }
        return known;
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int timeout) throws IOException {
        if (!(remote instanceof InetSocketAddress target)) {
            throw new IOException("Unsupported address type");
        }
        socket().connect(target, timeout);
        showAddresses();
    }

    /** For the getters of {@link SocketImpl}. */
    private void showAddresses() {
        address = socket.getInetAddress();
        port = socket.getPort();
        localport = socket.getLocalPort();
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        InetSocketAddress local = new InetSocketAddress(host, port);
        if (server) {
            listener();
            bindTo = local;
        } else {
            socket().bind(local);
            localport = socket.getLocalPort();
        }
        address = host;
    }

    /** Binds as well: the JDK's server socket calls this at once after {@link #bind}. */
    @Override
    protected void listen(int backlog) throws IOException {
        if (bindTo == null) {
            throw new SocketException("Not bound");
        }
        listener().bind(bindTo, backlog);
        localport = listener().getLocalPort();
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        AgentSocketImpl target = (AgentSocketImpl) accepted;
        if (target.socket != null || target.closed) {
            throw new SocketException("Not a newly created SocketImpl");
        }
        ServerSocket from = listener();
        try {
            target.socket = ofJdk ? JdkSockets.accept(from) : from.accept();
        } catch (SocketException e) {
            throw ended(e, from.isClosed());
        }
        target.showAddresses();
    }

    /**
     * What ends a call. The JDK's own class closes a socket whose virtual thread is interrupted, and says so, if its
     * implementation was interrupted.
     */
    private IOException ended(SocketException e, boolean isClosed) {
        if (closed) {
            return new SocketException("Socket closed");
        }
        Thread thread = Thread.currentThread();
        return isClosed && thread.isVirtual() && thread.isInterrupted() ? new InterruptedIOException() : e;
    }

    @Override
    protected synchronized InputStream getInputStream() throws IOException {
        if (input == null) {
            input = new Input(socket().getInputStream());
        }
        return input;
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return new Output(socket().getOutputStream());
    }

    private final class Input extends FilterInputStream {

        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                return in.read(b, off, len);
            } catch (SocketException e) {
                throw ended(e, socket.isClosed());
            }
        }
    }

    private final class Output extends FilterOutputStream {

        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            try {
                out.write(b, off, len);
            } catch (SocketException e) {
                throw ended(e, socket.isClosed());
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }

    @Override
    protected int available() throws IOException {
        return getInputStream().available();
    }

    @Override
    protected void close() throws IOException {
        closed = true;
        if (socket != null) {
            socket.close();
        } else if (listener != null) {
            listener.close();
        }
    }

    @Override
    protected void shutdownInput() throws IOException {
        socket().shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        socket().shutdownOutput();
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        socket().sendUrgentData(data);
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        if (server) {
            SocketSetters.set(listener(), id, value);
        } else {
            SocketSetters.set(socket(), id, value);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        return server ? SocketSetters.get(listener(), id) : SocketSetters.get(socket(), id);
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        if (server) {
            listener().setOption(name, value);
        } else {
            socket().setOption(name, value);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        return server ? listener().getOption(name) : socket().getOption(name);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        if (server) {
            return listener == null ? Set.of() : listener.supportedOptions();
        }
        return socket == null ? Set.of() : socket.supportedOptions();
    }
}
