package io.smc4j.spring.boot.autoconfigure.urlconnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestHttpServer;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CacheRequest;
import java.net.CacheResponse;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ResponseCache;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestTemplate;

/** Which connections of the JDK run over channels, and what the JVM's settings do to them. */
class SmcUrlConnectionsTests {

    private final FakeSmcRuntime runtime = new FakeSmcRuntime();
    private final ChannelSockets sockets = new ChannelSockets(runtime);
    private final SimpleClientHttpRequestFactory original = new SimpleClientHttpRequestFactory();
    private final RestTemplate client = new RestTemplate(
            new SmcSimpleClientHttpRequestFactory(original, new SmcUrlConnections(runtime, sockets)));

    private RecordingServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = RecordingServer.start();
    }

    @AfterEach
    void stop() throws IOException {
        sockets.destroy();
        server.close();
    }

    private void assertCarried(boolean carried) {
        client.postForObject(server.url("/x"), "body", String.class);
        assertThat(runtime.traffic().connected()).isEqualTo(carried ? 1 : 0);
    }

    @Test
    void carriesWhoMayBeReached() {
        assertCarried(true);
    }

    @Test
    void leavesWhoCannotBeReached() {
        runtime.setReachable(false);
        assertCarried(false);
    }

    @Test
    void leavesDefaultPortsWhichShowInTheHostHeader() throws IOException {
        SmcUrlConnections connections = new SmcUrlConnections(runtime, sockets);
        for (String url : new String[] {"http://localhost/", "http://localhost:80/", "http://localhost:443/"}) {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            assertThat(connections.carry(connection)).isSameAs(connection);
        }
        HttpURLConnection other = (HttpURLConnection) URI.create("http://localhost:81/").toURL().openConnection();
        assertThat(connections.carry(other)).isInstanceOf(RedirectingConnection.class);
    }

    @Test
    void decidesForEachRedirectAnew() {
        runtime.setReachable(false);
        client.getForObject(server.url("/redirect/302?/x"), String.class);
        assertThat(runtime.traffic().connected()).isZero();
        runtime.setReachable(true);
        client.getForObject(server.url("/redirect/302?" + server.urlByAddress("/x")), String.class);
        assertThat(runtime.traffic().connected()).isEqualTo(2);
    }

    @Test
    void leavesConnectionsToTheJvmsProxy() {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("localhost", server.port())));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
            }
        });
        try {
            client.getForObject("http://example.invalid:8080/x", String.class);
            assertThat(server.requests()).singleElement().asString().startsWith("GET http://example.invalid:8080/x ");
            assertThat(runtime.traffic().connected()).isZero();
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void leavesConnectionsToTheJvmsCookies() {
        CookieHandler.setDefault(new CookieManager());
        try {
            assertCarried(false);
            client.getForObject(server.url("/x"), String.class);
            assertThat(server.requests().get(1)).contains("Cookie: id=1");
        } finally {
            CookieHandler.setDefault(null);
        }
    }

    @Test
    void leavesConnectionsToTheJvmsPasswords() {
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication("user", "secret".toCharArray());
            }
        });
        try {
            assertThatThrownBy(() -> client.getForObject(server.url("/basic"), String.class));
            assertThat(server.requests().get(1)).contains("Authorization: Basic ");
            assertThat(runtime.traffic().connected()).isZero();
        } finally {
            Authenticator.setDefault(null);
        }
    }

    @Test
    void leavesConnectionsToTheJvmsCache() {
        ResponseCache.setDefault(new ResponseCache() {
            @Override
            public CacheResponse get(URI uri, String method, Map<String, List<String>> headers) {
                return null;
            }

            @Override
            public CacheRequest put(URI uri, URLConnection connection) {
                return null;
            }
        });
        try {
            assertCarried(false);
        } finally {
            ResponseCache.setDefault(null);
        }
    }

    @Test
    void heedsSettingsThatComeLater() {
        original.setReadTimeout(100);
        assertThatThrownBy(() -> client.getForObject(server.url("/silent"), String.class))
                .isInstanceOf(ResourceAccessException.class).hasRootCauseInstanceOf(SocketTimeoutException.class);
        assertThat(runtime.traffic().connected()).isEqualTo(1);
    }

    /** The JDK would close all but five of them after the first round. */
    @Test
    void keepsTheConnectionsOfManyCallsAtATime() throws Exception {
        int calls = 20;
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        CyclicBarrier allAnswered = new CyclicBarrier(calls);
        try {
            for (int round = 0; round < 3; round++) {
                List<Future<?>> results = new ArrayList<>();
                for (int i = 0; i < calls; i++) {
                    results.add(threads.submit(() -> callAndMeet(allAnswered)));
                }
                for (Future<?> result : results) {
                    result.get(60, TimeUnit.SECONDS);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(runtime.traffic().connected()).isEqualTo(calls);
        client.getForObject(server.url("/x"), String.class);
        assertThat(runtime.traffic().connected()).as("used again by a single call").isEqualTo(calls);
    }

    private int callAndMeet(CyclicBarrier barrier) {
        return client.execute(server.url("/x"), HttpMethod.GET, null, response -> {
            response.getBody();
            try {
                return barrier.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IOException(e);
            }
        });
    }

    /** Slots that failed calls do not give back would spread what follows over ever more connections. */
    @Test
    void callsThatFailLeaveNothingBehind() {
        for (String path : new String[] {"/nothing", "/garbage", "/status/500", "/redirect/302?/nothing"}) {
            assertThatThrownBy(() -> client.getForObject(server.url(path), String.class));
        }
        for (int i = 0; i < 10; i++) {
            client.getForObject(server.url("/x"), String.class);
        }
        long before = runtime.traffic().connected();
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> client.getForObject(server.url("/status/500"), String.class));
            client.getForObject(server.url("/x"), String.class);
        }
        assertThat(runtime.traffic().connected()).isEqualTo(before);
    }

    @Test
    void callsByTlsUseTheJvmsFactoryAndVerifier(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        SSLSocketFactory factory = HttpsURLConnection.getDefaultSSLSocketFactory();
        HostnameVerifier verifier = HttpsURLConnection.getDefaultHostnameVerifier();
        InetAddress all = InetAddress.getByName("0.0.0.0");
        try (TestHttpServer tls = TestHttpServer.startTls(certificate.sslContext(), all)) {
            assertThatThrownBy(() -> client.postForObject(tls.url("/echo"), "hello", String.class))
                    .isInstanceOf(ResourceAccessException.class).hasMessageContaining("PKIX");
            HttpsURLConnection.setDefaultSSLSocketFactory(certificate.sslContext().getSocketFactory());
            assertThat(client.postForObject(tls.url("/echo"), "hello", String.class)).isEqualTo("hello");
            assertThat(client.postForObject(tls.url("/echo"), "again", String.class)).isEqualTo("again");
            assertThat(runtime.traffic().connected()).isEqualTo(2);
            // The certificate does not name this address of the host.
            String otherName = tls.url("/echo").replace("localhost", "127.0.0.2");
            assertThatThrownBy(() -> client.postForObject(otherName, "hello", String.class))
                    .isInstanceOf(ResourceAccessException.class).hasMessageContaining("127.0.0.2");
            HttpsURLConnection.setDefaultHostnameVerifier((name, session) -> name.equals("127.0.0.2"));
            assertThat(client.postForObject(otherName, "hello", String.class)).isEqualTo("hello");
            assertThat(runtime.traffic().connected()).isEqualTo(4);
        } finally {
            HttpsURLConnection.setDefaultSSLSocketFactory(factory);
            HttpsURLConnection.setDefaultHostnameVerifier(verifier);
        }
    }

    @Test
    void leavesConnectionsToATlsFactoryThatIsNotTheJdks(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
        try (TestHttpServer tls = TestHttpServer.startTls(certificate.sslContext())) {
            List<Socket> made = new ArrayList<>();
            HttpsURLConnection.setDefaultSSLSocketFactory(
                    new LayeredTlsSocketFactory(certificate.sslContext().getSocketFactory(), sockets) {
                        @Override
                        public Socket createSocket() {
                            made.add(new Socket());
                            return made.get(0);
                        }
                    });
            assertThat(client.postForObject(tls.url("/echo"), "hello", String.class)).isEqualTo("hello");
            assertThat(made).singleElement().matches(Socket::isConnected);
            assertThat(runtime.traffic().connected()).isZero();
        } finally {
            HttpsURLConnection.setDefaultSSLSocketFactory(before);
        }
    }
}
