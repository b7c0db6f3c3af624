package io.smc4j.engine.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * An address of this host that never answers a connect: a listener whose queue is full, which Linux makes drop every
 * SYN.
 */
final class BlackHole implements AutoCloseable {

    private static final int LONG_ENOUGH_ON_LOOPBACK_MILLIS = 500;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> queued = new ArrayList<>();

    BlackHole() throws IOException {
        while (queueOne()) {
            if (queued.size() > 16) {
                close();
                throw new IOException("a queue for 1 takes " + queued.size());
            }
        }
    }

    private boolean queueOne() throws IOException {
        Socket socket = new Socket();
        queued.add(socket);
        try {
            socket.connect(address(), LONG_ENOUGH_ON_LOOPBACK_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        listener.close();
    }
}
