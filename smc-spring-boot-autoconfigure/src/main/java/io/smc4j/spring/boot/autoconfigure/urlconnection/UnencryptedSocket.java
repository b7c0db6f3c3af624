package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** A socket that {@code HttpsURLConnection} takes for one of TLS whose handshake is over: bytes go as they are. */
final class UnencryptedSocket extends ForwardingSslSocket {

    private static final String[] NONE = {};

    private final Socket socket;
    /** Why a write failed; the JDK asks for the answer nevertheless. */
    private volatile InterruptedIOException writeTimeout;

    UnencryptedSocket(Socket socket) {
        super(socket);
        this.socket = socket;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InterruptedIOException timeout = writeTimeout;
        if (timeout != null) {
            throw timeout;
        }
        return new ProbedInput(socket);
    }

    /**
     * Writes to a channel can time out, those to sockets of the JDK cannot. The JDK writes requests by a {@code
     * PrintStream}, which drops exceptions, and interrupts the thread if it is one of a timeout. So that one is kept
     * for whoever waits for the answer.
     */
    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    out.write(bytes, offset, length);
                } catch (InterruptedIOException e) {
                    writeTimeout = e;
                    throw new SocketException(e.getMessage());
                }
            }
        };
    }

    /** Says that the handshake looks at the peer's name: there is no certificate for the connection to look at. */
    @Override
    public SSLParameters getSSLParameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
    }

    @Override
    public void startHandshake() {
    }

    @Override
    public SSLSession getSession() {
        return null;
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return NONE;
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return NONE;
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
    }

    @Override
    public String[] getSupportedProtocols() {
        return NONE;
    }

    @Override
    public String[] getEnabledProtocols() {
        return NONE;
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
    }

    @Override
    public void setUseClientMode(boolean mode) {
    }

    @Override
    public boolean getUseClientMode() {
        return true;
    }

    @Override
    public void setNeedClientAuth(boolean need) {
    }

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }

    @Override
    public void setWantClientAuth(boolean want) {
    }

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
    }

    @Override
    public boolean getEnableSessionCreation() {
        return false;
    }
}
