package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** Requests by {@code RestClient} or {@code RestTemplate}, each thread on a connection of its own. */
final class BlockingHttpLoad extends ThreadedLoad {

    /** Gets a path; returns the number of bytes of the answer. */
    private interface Client {
        int get(String path);
    }

    /** A client's sockets, and how to be rid of them. */
    private record Sockets(ClientHttpRequestFactory factory, AutoCloseable closing) {
    }

    private static final int MOST_CONNECTIONS = 100_000;
    private static final int IDLE_BODY = 128;

    private final PeerOptions options;
    private final SmcSelectorProvider smc;
    private final String url;
    private Sockets sockets;
    private Sockets idle;
    private Client client;

    BlockingHttpLoad(PeerOptions options, SmcSelectorProvider smc) {
        this.options = options;
        this.smc = smc;
        this.url = "http://" + options.address() + "/";
    }

    private Sockets openSockets() {
        if (options.transport().equals("jdk")) {
            // HTTP/1.1 as the others: by itself it would offer an upgrade with each request.
            HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            return new Sockets(new JdkClientHttpRequestFactory(http), http);
        }
        // As the starter does for SMC; without it these are the sockets that the operator would make itself.
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(
                        socks -> smc == null ? new Socket() : smc.openSocketChannel().socket(), null, null,
                        RegistryBuilder.<TlsSocketStrategy>create().build()), null, null, null, null);
        connections.setMaxTotal(MOST_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MOST_CONNECTIONS);
        var http = HttpClients.custom().setConnectionManager(connections).disableCookieManagement().build();
        return new Sockets(new HttpComponentsClientHttpRequestFactory(http), http);
    }

    private Client client(ClientHttpRequestFactory factory) {
        if (options.pair().equals("rest-client")) {
            RestClient rest = RestClient.builder().requestFactory(factory).baseUrl(url).build();
            return path -> length(rest.get().uri(path).retrieve().body(byte[].class));
        }
        RestTemplate template = new RestTemplate(factory);
        return path -> length(template.getForObject(url + path, byte[].class));
    }

    private static int length(byte[] body) {
        return body == null ? 0 : body.length;
    }

    @Override
    protected Exchange connect() {
        if (sockets == null) {
            sockets = openSockets();
            client = client(sockets.factory());
        }
        Client shared = client;
        return new Exchange() {

            @Override
            public void once(int body) throws IOException {
                get(new Target(body, 1));
            }

            @Override
            public void first(int body, int together) throws IOException {
                get(new Target(body, together));
            }

            private void get(Target target) throws IOException {
                int length = shared.get(target.path());
                if (length != target.body()) {
                    throw new IOException(length + " bytes instead of " + target.body());
                }
            }
        };
    }

    /** Requests whose answers are not read hold a connection each, until all are open. */
    @Override
    public void idle(int connections) throws Exception {
        if (options.transport().equals("jdk")) {
            throw new UnsupportedOperationException("no idle connections with this transport");
        }
        if (idle != null) {
            idle.closing().close();
            idle = null;
        }
        if (connections == 0) {
            return;
        }
        idle = openSockets();
        URI uri = URI.create(url + IDLE_BODY);
        List<ClientHttpResponse> open = new ArrayList<>();
        while (open.size() < connections) {
            open.add(idle.factory().createRequest(uri, HttpMethod.GET).execute());
        }
        for (ClientHttpResponse response : open) {
            int length = response.getBody().readAllBytes().length;
            response.close();
            if (length != IDLE_BODY) {
                throw new IOException(length + " bytes instead of " + IDLE_BODY);
            }
        }
    }

    @Override
    public void close() throws Exception {
        super.close();
        if (sockets != null) {
            sockets.closing().close();
            sockets = null;
        }
    }
}
