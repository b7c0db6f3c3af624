package io.smc4j.programs;

import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;

/** The JDK's HTTP server and its client of old. */
class HttpServerIT extends EchoCases {

    HttpServerIT() {
        super(Server.class, Client.class, "digest");
    }

    /** Returns what it is sent. */
    static final class Server {

        public static void main(String[] arguments) throws Exception {
            HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
            server.createContext("/", exchange -> {
                byte[] body = exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, body.length);
                try (OutputStream answer = exchange.getResponseBody()) {
                    answer.write(body);
                }
            });
            server.start();
            Pieces.say("port", server.getAddress().getPort());
            Pieces.awaitEnd();
            server.stop(0);
        }
    }

    /** Asks the server. */
    static final class Client {

        public static void main(String[] arguments) throws Exception {
            URI server = URI.create("http://localhost:" + arguments[0] + "/");
            Pieces.say("digest", Pieces.FEW.digestOf(number -> {
                HttpURLConnection connection = (HttpURLConnection) server.toURL().openConnection();
                connection.setDoOutput(true);
                try (OutputStream request = connection.getOutputStream()) {
                    request.write(Pieces.FEW.piece(number));
                }
                try (InputStream answer = connection.getInputStream()) {
                    return answer.readAllBytes();
                }
            }));
            Pieces.awaitEnd();
        }
    }
}
