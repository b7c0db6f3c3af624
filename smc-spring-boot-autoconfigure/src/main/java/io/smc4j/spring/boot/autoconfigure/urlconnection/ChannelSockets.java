package io.smc4j.spring.boot.autoconfigure.urlconnection;

import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.io.IOException;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.springframework.beans.factory.DisposableBean;

/**
 * Sockets that may use SMC, until the context goes. The JDK keeps idle connections for the whole process;
 * those of a context that closes are closed with it.
 *
 * <p>Thread-safe.
 */
final class ChannelSockets implements DisposableBean {

    private final SmcRuntime runtime;
    private final Set<Socket> open = Collections.newSetFromMap(new WeakHashMap<>());
    private boolean destroyed;

    ChannelSockets(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    /** A socket that is not connected; a plain one once the context is gone. */
    Socket open() throws IOException {
        synchronized (open) {
            if (destroyed) {
                return new Socket();
            }
        }
        Socket socket = runtime.openSocket();
        synchronized (open) {
            open.add(socket);
        }
        return socket;
    }

    @Override
    public void destroy() throws IOException {
        List<Socket> left;
        synchronized (open) {
            destroyed = true;
            left = List.copyOf(open);
            open.clear();
        }
        for (Socket socket : left) {
            socket.close();
        }
    }
}
