package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestHttpServer;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestTemplateAutoConfiguration;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Which clients of the auto-configured builders share connections, and when these are closed. */
class SharedConnectionsTests {

    private static final int CALLS = 50;

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

    /** What {@code HttpServiceProxyFactory} makes a client of. */
    interface Echo {

        @GetExchange("/echo")
        String get();
    }

    @Test
    void clientsBuiltForEachCallShareOneConnection() {
        Traffic[] traffic = new Traffic[1];
        runner.run(context -> {
            traffic[0] = traffic(context);
            for (int i = 0; i < CALLS; i++) {
                call(context.getBean(RestTemplateBuilder.class));
                context.getBean(RestClient.Builder.class).build().get().uri(server.url("/echo")).retrieve()
                        .toBodilessEntity();
                HttpServiceProxyFactory.builderFor(RestClientAdapter.create(
                                context.getBean(RestClient.Builder.class).baseUrl(server.url("")).build())).build()
                        .createClient(Echo.class).get();
            }
            assertThat(traffic[0].connected()).isEqualTo(1);
            assertThat(traffic[0].open()).isEqualTo(1);
        });
        HttpCalls.assertNoneLeft(traffic[0]);
    }

    @Test
    void equalTimeoutsAreOneSetting() {
        runner.run(context -> {
            for (int i = 0; i < 3; i++) {
                call(context.getBean(RestTemplateBuilder.class).connectTimeout(Duration.ofSeconds(20))
                        .readTimeout(Duration.ofSeconds(30)));
            }
            assertThat(traffic(context).connected()).isEqualTo(1);
        });
    }

    @Test
    void differentTimeoutsAreDifferentSettings() {
        runner.run(context -> {
            call(context.getBean(RestTemplateBuilder.class).readTimeout(Duration.ofSeconds(30)));
            call(context.getBean(RestTemplateBuilder.class).readTimeout(Duration.ofSeconds(31)));
            call(context.getBean(RestTemplateBuilder.class).connectTimeout(Duration.ofSeconds(30)));
            assertThat(traffic(context).connected()).isEqualTo(3);
        });
    }

    @Test
    void oneSslBundleIsOneSetting(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        try (TestHttpServer tls = TestHttpServer.startTls(certificate.sslContext())) {
            runner.withPropertyValues(certificate.clientBundle()).run(context -> {
                for (int i = 0; i < 3; i++) {
                    context.getBean(RestTemplateBuilder.class)
                            .sslBundle(context.getBean(SslBundles.class).getBundle("test")).build()
                            .getForObject(tls.url("/echo"), String.class);
                }
                assertThat(traffic(context).connected()).isEqualTo(1);
            });
        }
    }

    /** The customizer of one client must not hold for others, though it came late. */
    @Test
    void whatOneClientWasGivenHoldsForItAlone() {
        runner.run(context -> {
            call(derived(context, builder -> builder));
            call(derived(context, builder -> builder.withSocketConfigCustomizer(
                    socket -> socket.setTcpNoDelay(false))));
            call(derived(context, builder -> builder.withConnectionManagerCustomizer(
                    manager -> manager.setMaxConnPerRoute(7))));
            call(derived(context, builder -> builder.withConnectionManagerCustomizer(
                    manager -> manager.setConnectionConfigResolver(
                            route -> ConnectionConfig.DEFAULT))));
            call(derived(context, builder -> builder));
            assertThat(traffic(context).connected()).isEqualTo(4);
        });
    }

    @Test
    void cookiesAreNotShared() {
        runner.run(context -> {
            RestTemplate one = context.getBean(RestTemplateBuilder.class).build();
            one.getForObject(server.url("/redirect"), String.class);
            assertThat(one.getForObject(server.url("/cookie"), String.class)).contains("id=1");
            assertThat(context.getBean(RestTemplateBuilder.class).build()
                    .getForObject(server.url("/cookie"), String.class)).isEqualTo("null");
        });
    }

    @Test
    void closingOneClientLeavesTheOthers() {
        runner.run(context -> {
            HttpComponentsClientHttpRequestFactory one = factory(context);
            HttpComponentsClientHttpRequestFactory other = factory(context);
            call(new RestTemplate(one));
            one.destroy();
            assertThatThrownBy(() -> call(new RestTemplate(one))).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("shut down");
            call(new RestTemplate(other));
            assertThat(traffic(context).connected()).isEqualTo(1);
            other.destroy();
            assertThat(traffic(context).open()).isZero();
            call(new RestTemplate(factory(context)));
            assertThat(traffic(context).connected()).isEqualTo(2);
        });
    }

    @Test
    void aManagerOfTheApplicationIsClosedWithItsClient() {
        runner.run(context -> {
            PoolingHttpClientConnectionManager own = new PoolingHttpClientConnectionManager();
            HttpComponentsClientHttpRequestFactory factory = builder(context)
                    .withHttpClientCustomizer(client -> client.setConnectionManager(own)).build();
            factory.destroy();
            assertThat(own.isClosed()).isTrue();
        });
    }

    @Test
    void closesIdleConnections() throws Exception {
        FakeSmcRuntime runtime = new FakeSmcRuntime();
        ConnectionManagers managers = new ConnectionManagers(runtime, TimeValue.ofMilliseconds(1), 10);
        try {
            CloseableHttpClient client = client(managers);
            call(new RestTemplate(new HttpComponentsClientHttpRequestFactory(client)));
            await().untilAsserted(() -> assertThat(runtime.traffic().open()).isZero());
            call(new RestTemplate(new HttpComponentsClientHttpRequestFactory(client)));
            assertThat(runtime.traffic().connected()).isEqualTo(2);
        } finally {
            managers.destroy();
        }
    }

    /** With no limit of idleness in sight, only the clients' end can close what they used. */
    @Test
    void closesWhatNoReachableClientUses() {
        FakeSmcRuntime runtime = new FakeSmcRuntime();
        ConnectionManagers managers = new ConnectionManagers(runtime, TimeValue.ofDays(1), 10);
        try {
            List<CloseableHttpClient> clients = new ArrayList<>(List.of(client(managers)));
            call(new RestTemplate(new HttpComponentsClientHttpRequestFactory(clients.get(0))));
            assertThat(runtime.traffic().open()).isEqualTo(1);
            clients.clear();
            await().untilAsserted(() -> {
                System.gc();
                assertThat(runtime.traffic().open()).isZero();
            });
        } finally {
            managers.destroy();
        }
    }

    private static CloseableHttpClient client(ConnectionManagers managers) {
        SmcHttpComponentsCustomizer customizer = new SmcHttpComponentsCustomizer(managers,
                new SmcProperties.Pool(10, 10), new OutdatedConnections(new FakeSmcRuntime()), null);
        return (CloseableHttpClient) customizer.customize(ClientHttpRequestFactoryBuilder.httpComponents()).build()
                .getHttpClient();
    }

    private void call(RestTemplateBuilder builder) {
        call(builder.build());
    }

    private void call(RestTemplate client) {
        client.getForObject(server.url("/echo"), String.class);
    }

    private void call(HttpComponentsClientHttpRequestFactoryBuilder builder) {
        call(new RestTemplate(builder.build()));
    }

    private static HttpComponentsClientHttpRequestFactory factory(ApplicationContext context) {
        return builder(context).build();
    }

    private static HttpComponentsClientHttpRequestFactoryBuilder builder(ApplicationContext context) {
        return (HttpComponentsClientHttpRequestFactoryBuilder) context.getBean(ClientHttpRequestFactoryBuilder.class);
    }

    private static HttpComponentsClientHttpRequestFactoryBuilder derived(ApplicationContext context,
            UnaryOperator<HttpComponentsClientHttpRequestFactoryBuilder> change) {
        return change.apply(builder(context));
    }

    private static Traffic traffic(ApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).traffic();
    }
}
