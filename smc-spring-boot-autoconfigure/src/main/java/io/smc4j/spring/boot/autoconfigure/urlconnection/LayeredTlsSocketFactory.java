package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Has {@code HttpsURLConnection} connect by sockets over channels, and another factory lay TLS over them.
 *
 * <p>Thread-safe.
 */
class LayeredTlsSocketFactory extends SSLSocketFactory {

    private final SSLSocketFactory tls;
    private final ChannelSockets sockets;

    LayeredTlsSocketFactory(SSLSocketFactory tls, ChannelSockets sockets) {
        this.tls = tls;
        this.sockets = sockets;
    }

    boolean lays(SSLSocketFactory factory) {
        return tls == factory;
    }

    /** One without TLS, which {@link #createSocket(Socket, String, int, boolean)} adds once it is connected. */
    @Override
    public Socket createSocket() throws IOException {
        return sockets.open();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return tls.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return tls.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return tls.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return tls.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return tls.createSocket(host, port, local, localPort);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }
}
