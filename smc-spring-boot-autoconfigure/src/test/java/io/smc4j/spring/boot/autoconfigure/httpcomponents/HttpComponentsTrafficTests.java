package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestHttpServer;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestTemplateAutoConfiguration;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

class HttpComponentsTrafficTests {

    private static final byte[] BODY = new byte[5 << 20];

    static {
        new Random(1).nextBytes(BODY);
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class)
            .withConfiguration(AutoConfigurations.of(SmcHttpComponentsAutoConfiguration.class,
                    HttpClientAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
                    RestClientAutoConfiguration.class, RestTemplateAutoConfiguration.class,
                    SslAutoConfiguration.class));

    private TestHttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = TestHttpServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void carriesRestClient() {
        runner.run(context -> {
            RestClient client = context.getBean(RestClient.Builder.class).build();
            byte[] answer = client.post().uri(server.url("/echo")).body(BODY).retrieve().body(byte[].class);
            assertThat(answer).isEqualTo(BODY);
            assertCarried(context, BODY.length);
        });
    }

    @Test
    void carriesRestTemplateOnOneConnection() {
        runner.run(context -> {
            RestTemplate client = context.getBean(RestTemplateBuilder.class).build();
            for (int i = 0; i < 10; i++) {
                assertThat(client.postForObject(server.url("/echo"), "hello", String.class)).isEqualTo("hello");
            }
            assertThat(traffic(context).connected()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void honoursTheReadTimeout() {
        runner.withPropertyValues("spring.http.client.read-timeout=200ms").run(context -> {
            RestClient client = context.getBean(RestClient.Builder.class).build();
            assertThatThrownBy(() -> client.get().uri(server.url("/silent")).retrieve().toBodilessEntity())
                    .isInstanceOf(ResourceAccessException.class).hasRootCauseInstanceOf(SocketTimeoutException.class);
            assertThat(traffic(context).connected()).isEqualTo(1);
        });
    }

    @Test
    void carriesTlsWithAnSslBundle(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        try (TestHttpServer tls = TestHttpServer.startTls(certificate.sslContext())) {
            runner.withPropertyValues(certificate.clientBundle()).run(context -> {
                RestTemplate client = context.getBean(RestTemplateBuilder.class)
                        .sslBundle(context.getBean(SslBundles.class).getBundle("test")).build();
                assertThat(client.postForObject(tls.url("/echo"), BODY, byte[].class)).isEqualTo(BODY);
                assertCarried(context, BODY.length);
            });
        }
    }

    @Test
    void keepsWhatTheApplicationCustomized() {
        runner.withUserConfiguration(OwnDnsResolver.class).run(context -> {
            RestClient client = context.getBean(RestClient.Builder.class).build();
            client.get().uri(server.url("/echo")).retrieve().toBodilessEntity();
            assertThat(OwnDnsResolver.resolved).as("own DNS resolver asked").isTrue();
            assertThat(traffic(context).connected()).isEqualTo(1);
        });
    }

    @Test
    void leavesAConnectionManagerOfTheApplication() {
        runner.withUserConfiguration(OwnConnectionManager.class).run(context -> {
            RestClient client = context.getBean(RestClient.Builder.class).build();
            client.get().uri(server.url("/echo")).retrieve().toBodilessEntity();
            assertThat(traffic(context).connected()).isZero();
        });
    }

    @Test
    void connectsToASocksProxyByAPlainSocket() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketAddress address = proxy.getLocalSocketAddress();
            CompletableFuture<Integer> firstByte = CompletableFuture.supplyAsync(() -> {
                // Closes the proxy, too: the client may try again.
                try (proxy; Socket client = proxy.accept()) {
                    return client.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            runner.withBean(ClientHttpRequestFactoryBuilderCustomizer.class, () -> socksProxy(address)).run(context -> {
                RestClient client = context.getBean(RestClient.Builder.class).build();
                assertThatThrownBy(() -> client.get().uri(server.url("/echo")).retrieve().toBodilessEntity())
                        .isInstanceOf(ResourceAccessException.class);
                assertThat(firstByte.get(30, TimeUnit.SECONDS)).as("SOCKS version").isEqualTo(5);
                assertThat(traffic(context).connected()).isZero();
            });
        }
    }

    private static ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> socksProxy(
            SocketAddress address) {
        return builder -> builder.withSocketConfigCustomizer(
                socket -> socket.setSocksProxyAddress(address));
    }

    private static Traffic traffic(ApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).traffic();
    }

    private static void assertCarried(ApplicationContext context, int bytes) {
        assertThat(traffic(context).bytesWritten()).isGreaterThan(bytes);
        assertThat(traffic(context).bytesRead()).isGreaterThan(bytes);
        assertThat(traffic(context).connected()).isEqualTo(1);
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDnsResolver {

        static volatile boolean resolved;

        @Bean
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> ownDnsResolver() {
            return builder -> builder.withConnectionManagerCustomizer(OwnDnsResolver::setDnsResolver);
        }

        private static void setDnsResolver(PoolingHttpClientConnectionManagerBuilder connectionManager) {
            connectionManager.setDnsResolver(new SystemDefaultDnsResolver() {
                @Override
                public InetAddress[] resolve(String host) throws UnknownHostException {
                    resolved = true;
                    return super.resolve(host);
                }
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnConnectionManager {

        @Bean
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> ownManager() {
            return builder -> builder.withHttpClientCustomizer(
                    client -> client.setConnectionManager(new PoolingHttpClientConnectionManager()));
        }
    }
}
