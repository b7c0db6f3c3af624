package io.smc4j.programs;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Has a server return pieces to the JDK's HTTP client, by HTTP/1.1, HTTP/2 in clear text, and WebSocket. */
final class HttpClientProgram {

    static final String[] WAYS = {"HTTP_1_1", "HTTP_2", "WEBSOCKET"};

    private HttpClientProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        String server = "localhost:" + arguments[0];
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (Version version : Version.values()) {
                // The first request asks for an upgrade to HTTP/2, and has no body to come before the answer.
                send(client, request(server, version).GET());
                Pieces.say(version.toString(), Pieces.FEW.digestOf(number -> send(client, request(server, version)
                        .POST(BodyPublishers.ofByteArray(Pieces.FEW.piece(number))))));
            }
            Messages messages = new Messages();
            WebSocket socket = client.newWebSocketBuilder().buildAsync(URI.create("ws://" + server + "/socket"),
                    messages).join();
            Pieces.say("WEBSOCKET", Pieces.FEW.digestOf(number -> {
                socket.sendBinary(ByteBuffer.wrap(Pieces.FEW.piece(number)), true).join();
                return messages.received.poll(1, MINUTES);
            }));
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            Pieces.awaitEnd();
        }
    }

    private static HttpRequest.Builder request(String server, Version version) {
        return HttpRequest.newBuilder(URI.create("http://" + server + "/")).version(version);
    }

    private static byte[] send(HttpClient client, HttpRequest.Builder builder) throws Exception {
        HttpRequest request = builder.build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200 || response.version() != request.version().orElseThrow()) {
            throw new IllegalStateException("answered by " + response.version() + " " + response.statusCode());
        }
        return response.body();
    }

    /** Puts the parts of messages together. */
    private static final class Messages implements WebSocket.Listener {

        private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            parts.writeBytes(bytes);
            if (last) {
                received.add(parts.toByteArray());
                parts.reset();
            }
            socket.request(1);
            return null;
        }
    }
}
