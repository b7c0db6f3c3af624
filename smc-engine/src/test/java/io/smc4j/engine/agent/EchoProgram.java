package io.smc4j.engine.agent;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** Returns what a client sends, or is that client and checks it; keeps the connection until a line comes. */
final class EchoProgram {

    private static final int SIZE = 1 << 20;

    private EchoProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        InetAddress host = InetAddress.getLoopbackAddress();
        if (arguments.length > 0) {
            try (Socket socket = new Socket(host, Integer.parseInt(arguments[0]))) {
                check(socket);
                System.in.read();
            }
            return;
        }
        try (ServerSocket listener = new ServerSocket(0, 50, host)) {
            System.out.println("port " + listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            }
        }
    }

    private static void check(Socket socket) throws Exception {
        byte[] sent = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            sent[i] = (byte) (i * 31 + i / 257);
        }
        OutputStream output = socket.getOutputStream();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                output.write(sent);
            } catch (java.io.IOException e) {
                e.printStackTrace();
            }
        });
        InputStream input = socket.getInputStream();
        System.out.println("echoed " + Arrays.equals(sent, input.readNBytes(SIZE)));
        writer.join();
    }
}
