package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;
import java.net.Proxy;
import java.net.Socket;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** Requests by {@code RestClient} or {@code RestTemplate}, each thread on a connection of its own. */
final class BlockingHttpLoad extends ThreadedLoad {

    /** One request; returns the number of bytes of the answer. */
    private interface Request {
        int send(int body);
    }

    private static final int MOST_CONNECTIONS = 1024;

    private final Request request;

    BlockingHttpLoad(PeerOptions options, SmcSelectorProvider smc) {
        String url = "http://" + options.address() + "/";
        ClientHttpRequestFactory factory = options.transport().equals("jdk") ? new JdkClientHttpRequestFactory()
                : httpComponents(smc);
        if (options.pair().equals("rest-client")) {
            RestClient client = RestClient.builder().requestFactory(factory).baseUrl(url).build();
            request = body -> client.get().uri(Integer.toString(body)).retrieve().body(byte[].class).length;
        } else {
            RestTemplate template = new RestTemplate(factory);
            request = body -> template.getForObject(url + body, byte[].class).length;
        }
    }

    private static ClientHttpRequestFactory httpComponents(SmcSelectorProvider smc) {
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(proxy -> socket(smc, proxy), null, null,
                        RegistryBuilder.<TlsSocketStrategy>create().build()), null, null, null, null);
        connections.setMaxTotal(MOST_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MOST_CONNECTIONS);
        return new HttpComponentsClientHttpRequestFactory(
                HttpClients.custom().setConnectionManager(connections).disableCookieManagement().build());
    }

    private static Socket socket(SmcSelectorProvider smc, Proxy none) throws java.io.IOException {
        return smc == null ? new Socket() : smc.openSocketChannel().socket();
    }

    @Override
    protected Exchange connect() {
        return (body, recorder) -> {
            if (request.send(body) != body) {
                recorder.error();
            }
        };
    }
}
