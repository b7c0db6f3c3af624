package io.smc4j.engine.nio;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A service for checks. The server speaks first, and says that it returns what it gets: so a check sends nothing to a
 * server that does something else.
 */
public final class Echo {

    private static final byte[] GREETING = "smc4j echo\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MESSAGE_SIZE = 64;
    private static final int BUFFER_SIZE = 16 * 1024;
    /** A server greets when it has accepted. */
    private static final int GREETING_MILLIS = 500;
    private static final int ANSWER_MILLIS = 5_000;

    /** What came of an attempt. */
    enum Outcome {
        /** The peer does not say that it returns what it gets, and got nothing. */
        NOT_OFFERED,
        /** All came back as it was. */
        RETURNED,
        /** Something else came back, or nothing. */
        LOST
    }

    private Echo() {
    }

    /** Serves a client until it ends its stream. */
    public static void serve(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE).put(GREETING);
        do {
            buffer.flip();
            while (buffer.hasRemaining()) {
                client.write(buffer);
            }
            buffer.clear();
        } while (client.read(buffer) >= 0);
    }

    /** Sends a few bytes if the peer offers to return them. */
    static Outcome attempt(Socket server) {
        try {
            server.setSoTimeout(GREETING_MILLIS);
            if (!Arrays.equals(server.getInputStream().readNBytes(GREETING.length), GREETING)) {
                return Outcome.NOT_OFFERED;
            }
        } catch (IOException e) {
            return Outcome.NOT_OFFERED;
        }
        try {
            return exchange(server) ? Outcome.RETURNED : Outcome.LOST;
        } catch (IOException e) {
            return Outcome.LOST;
        }
    }

    private static boolean exchange(Socket server) throws IOException {
        byte[] message = new byte[MESSAGE_SIZE];
        ThreadLocalRandom.current().nextBytes(message);
        server.setSoTimeout(ANSWER_MILLIS);
        server.getOutputStream().write(message);
        InputStream answer = server.getInputStream();
        return Arrays.equals(answer.readNBytes(MESSAGE_SIZE), message);
    }
}
