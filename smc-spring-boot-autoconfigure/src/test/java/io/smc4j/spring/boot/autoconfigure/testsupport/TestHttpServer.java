package io.smc4j.spring.boot.autoconfigure.testsupport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * A plain peer: {@code /echo} answers with the request's body, {@code /silent} with nothing, {@code /redirect} sends to
 * {@code /echo} and sets a cookie, {@code /cookie} answers with the cookies it is sent.
 */
public final class TestHttpServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
    private final String scheme;

    private TestHttpServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(executor);
        server.createContext("/echo", exchange -> answer(exchange, 200, exchange.getRequestBody().readAllBytes()));
        server.createContext("/silent", this::keepSilent);
        server.createContext("/redirect", exchange -> {
            exchange.getResponseHeaders().add("Location", "/echo");
            exchange.getResponseHeaders().add("Set-Cookie", "id=1; Path=/");
            answer(exchange, 302, new byte[0]);
        });
        server.createContext("/cookie", exchange -> answer(exchange, 200,
                String.valueOf(exchange.getRequestHeaders().get("Cookie")).getBytes()));
        server.start();
    }

    public static TestHttpServer start() throws IOException {
        return new TestHttpServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
                "http");
    }

    public static TestHttpServer startTls(SSLContext context) throws IOException {
        return startTls(context, InetAddress.getLoopbackAddress());
    }

    public static TestHttpServer startTls(SSLContext context, InetAddress address) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new TestHttpServer(server, "https");
    }

    /** By name, so that the client looks it up. */
    public String url(String path) {
        return scheme + "://localhost:" + server.getAddress().getPort() + path;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** How many connections requests came by. */
    public int connections() {
        return peers.size();
    }

    private void keepSilent(HttpExchange exchange) throws IOException {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        peers.add(exchange.getRemoteAddress());
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        executor.shutdownNow();
    }
}
