package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes sockets over channels that {@code HttpsURLConnection} takes for TLS, and that speak none. For {@link
 * RedirectingConnection} alone, which uses it for {@code http} URLs only.
 *
 * <p>Thread-safe.
 */
final class UnencryptedSocketFactory extends SSLSocketFactory {

    private final ChannelSockets sockets;

    UnencryptedSocketFactory(ChannelSockets sockets) {
        this.sockets = sockets;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnencryptedSocket(sockets.open());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        throw unencrypted();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unencrypted();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw unencrypted();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unencrypted();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw unencrypted();
    }

    private static IOException unencrypted() {
        return new IOException("Not for TLS: connections of http URLs only");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return new String[0];
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return new String[0];
    }
}
