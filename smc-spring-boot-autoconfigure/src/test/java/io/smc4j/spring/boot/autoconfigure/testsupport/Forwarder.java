package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Somebody in between: takes connections, makes others, and passes on what comes. */
public final class Forwarder implements AutoCloseable {

    /** Passes on what comes in one direction. */
    private interface Pass {
        void run() throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** @param target a port of this host */
    public Forwarder(int target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private static void start(Pass pass) {
        Thread thread = new Thread(() -> {
            try {
                pass.run();
            } catch (IOException e) {
                // One of both ends has gone, or all is over.
            }
        }, "forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(listener.getInetAddress(), target);
            sockets.add(client);
            sockets.add(server);
            start(() -> pass(client, server));
            start(() -> pass(server, client));
        }
    }

    private void pass(Socket from, Socket to) throws IOException {
        try (from; to) {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
        } finally {
            sockets.remove(from);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
