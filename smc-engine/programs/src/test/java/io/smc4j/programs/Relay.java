package io.smc4j.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Brings clients that know no SMC to a server that does: takes their connections, makes others, and passes on what
 * comes. An end is passed on as an end of this direction, a reset as a reset.
 */
final class Relay {

    private static final int BACKLOG = 50;

    private Relay() {
    }

    /** @param arguments the server's port */
    public static void main(String[] arguments) throws Exception {
        int target = Integer.parseInt(arguments[0]);
        try (ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> accept(listener, target));
            Pieces.say("port", listener.getLocalPort());
            Pieces.awaitEnd();
        }
    }

    private static void accept(ServerSocket listener, int target) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> relay(client, target));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static void relay(Socket client, int target) {
        try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread answers = Thread.ofVirtual().start(() -> pass(server, client));
            pass(client, server);
            answers.join();
        } catch (IOException e) {
            System.out.println("cannot connect: " + e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException reset) {
            abort(from);
            abort(to);
        }
    }

    private static void abort(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
    }
}
