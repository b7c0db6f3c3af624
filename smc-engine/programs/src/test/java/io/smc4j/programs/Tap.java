package io.smc4j.programs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes connections on to a port of this host, one after the other, and keeps what is said. */
final class Tap implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream();
    private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream();

    Tap(int serverPort) throws IOException {
        this.serverPort = serverPort;
        Thread.startVirtualThread(this::passOn);
    }

    int port() {
        return listener.getLocalPort();
    }

    byte[] fromClient() {
        return fromClient.toByteArray();
    }

    byte[] fromServer() {
        return fromServer.toByteArray();
    }

    private void passOn() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept(); Socket server = new Socket(listener.getInetAddress(), serverPort)) {
                Thread requests = Thread.startVirtualThread(() -> copy(client, server, fromClient));
                copy(server, client, fromServer);
                requests.join();
            } catch (IOException | InterruptedException e) {
                // An end of either side is one for the other.
            }
        }
    }

    private static void copy(Socket from, Socket to, ByteArrayOutputStream copy) {
        try {
            byte[] bytes = new byte[1 << 16];
            for (int n = from.getInputStream().read(bytes); n > 0; n = from.getInputStream().read(bytes)) {
                copy.write(bytes, 0, n);
                to.getOutputStream().write(bytes, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Nothing more is said.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
