package io.smc4j.engine.agent;

import java.io.IOException;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;

/** Sockets as they are without the agent, for classes that are excluded. */
final class JdkSockets {

    private static final ThreadLocal<Boolean> OPENING = new ThreadLocal<>();

    private interface Opening<T> {
        T open() throws IOException;
    }

    private JdkSockets() {
    }

    /** Whether this thread makes such a socket. */
    static boolean isOpening() {
        return OPENING.get() != null;
    }

    /** The proxy is the affair of the socket that the program sees. */
    static Socket openSocket() throws IOException {
        return open(() -> new Socket(Proxy.NO_PROXY));
    }

    static ServerSocket openServerSocket() throws IOException {
        return open(ServerSocket::new);
    }

    static Socket accept(ServerSocket listener) throws IOException {
        return open(listener::accept);
    }

    private static <T> T open(Opening<T> opening) throws IOException {
        OPENING.set(true);
        try {
            return opening.open();
        } finally {
            OPENING.remove();
        }
    }
}
