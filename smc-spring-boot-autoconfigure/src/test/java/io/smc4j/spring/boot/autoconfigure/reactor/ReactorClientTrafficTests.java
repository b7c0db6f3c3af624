package io.smc4j.spring.boot.autoconfigure.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.timeout.ReadTimeoutException;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestHttpServer;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.function.client.WebClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

class ReactorClientTrafficTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final byte[] BODY = new byte[5 << 20];

    static {
        new Random(1).nextBytes(BODY);
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class)
            .withPropertyValues("spring.reactor.netty.shutdown-quiet-period=0")
            .withConfiguration(AutoConfigurations.of(SmcReactorNettyAutoConfiguration.class,
                    SmcWebClientAutoConfiguration.class, SmcReactorRestClientAutoConfiguration.class,
                    ClientHttpConnectorAutoConfiguration.class, WebClientAutoConfiguration.class,
                    HttpClientAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
                    RestClientAutoConfiguration.class, SslAutoConfiguration.class));

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
    void carriesWebClient() {
        Traffic[] traffic = new Traffic[1];
        runner.run(context -> {
            assertThat(echo(context, server, BODY)).isEqualTo(BODY);
            traffic[0] = assertCarried(context);
        });
        HttpCalls.assertNoneLeft(traffic[0]);
    }

    @Test
    void reusesAConnection() {
        runner.run(context -> {
            for (int i = 0; i < 10; i++) {
                assertThat(echo(context, server, "hello".getBytes())).asString().isEqualTo("hello");
            }
            // Not always 1: an answer may be delivered before its connection is back in the pool.
            assertThat(traffic(context).connected()).isBetween(1L, 9L).isEqualTo(server.connections());
        });
    }

    @Test
    void honoursTheReadTimeout() {
        runner.withPropertyValues("spring.http.reactiveclient.read-timeout=200ms").run(context -> {
            WebClient client = context.getBean(WebClient.Builder.class).build();
            assertThatThrownBy(() -> client.get().uri(server.url("/silent")).retrieve().toBodilessEntity().block(LIMIT))
                    .hasRootCauseInstanceOf(ReadTimeoutException.class);
            assertThat(traffic(context).connected()).isEqualTo(1);
        });
    }

    @Test
    void carriesTlsWithAnSslBundle(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        try (TestHttpServer tls = TestHttpServer.startTls(certificate.sslContext())) {
            runner.withPropertyValues(certificate.clientBundle())
                    .withPropertyValues("spring.http.reactiveclient.ssl.bundle=test").run(context -> {
                        assertThat(echo(context, tls, BODY)).isEqualTo(BODY);
                        assertCarried(context);
                    });
        }
    }

    @Test
    void carriesRestClientThatWasToldToUseReactor() {
        runner.withPropertyValues("spring.http.client.factory=reactor").run(context -> {
            RestClient client = context.getBean(RestClient.Builder.class).build();
            assertThat(client.post().uri(server.url("/echo")).body(BODY).retrieve().body(byte[].class))
                    .isEqualTo(BODY);
            assertCarried(context);
        });
    }

    @Test
    void carriesAWebSocketClientThatTheApplicationMakes() {
        DisposableServer target = HttpServer.create().port(0).route(routes -> routes.ws("/socket",
                (in, out) -> out.sendString(in.receive().asString().map(text -> "you said " + text)))).bindNow(LIMIT);
        runner.run(context -> {
            WebSocketClient client = new ReactorNettyWebSocketClient(
                    context.getBean(SmcEventLoops.class).carry(HttpClient.create()));
            AtomicReference<String> answer = new AtomicReference<>();
            client.execute(URI.create("ws://localhost:" + target.port() + "/socket"), session ->
                    session.send(Mono.just(session.textMessage("hello"))).then(session.receive().next()
                            .doOnNext(message -> answer.set(message.getPayloadAsText())).then())).block(LIMIT);
            assertThat(answer).hasValue("you said hello");
            assertThat(traffic(context).connected()).isEqualTo(1);
        });
        target.disposeNow(LIMIT);
    }

    @Test
    void leavesAnotherConnectorThatWasChosen() {
        runner.withPropertyValues("spring.http.reactiveclient.connector=jdk").run(this::assertNotCarried);
    }

    @Test
    void leavesTheApplicationsConnector() {
        runner.withBean(ClientHttpConnector.class, JdkClientHttpConnector::new).run(this::assertNotCarried);
    }

    @Test
    void leavesTheApplicationsEventLoops() {
        runner.withUserConfiguration(OwnLoops.class).run(this::assertNotCarried);
    }

    private void assertNotCarried(ApplicationContext context) {
        assertThat(echo(context, server, "hello".getBytes())).asString().isEqualTo("hello");
        assertThat(traffic(context).connected()).isZero();
    }

    private static byte[] echo(ApplicationContext context, TestHttpServer server, byte[] body) {
        return context.getBean(WebClient.Builder.class)
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(2 * BODY.length)).build()
                .post().uri(server.url("/echo")).bodyValue(body).retrieve().bodyToMono(byte[].class).block(LIMIT);
    }

    private static Traffic traffic(ApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).traffic();
    }

    private static Traffic assertCarried(ApplicationContext context) {
        Traffic traffic = traffic(context);
        assertThat(traffic.bytesWritten()).isGreaterThan(BODY.length);
        assertThat(traffic.bytesRead()).isGreaterThan(BODY.length);
        assertThat(traffic.connected()).isEqualTo(1);
        return traffic;
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLoops {

        @Bean(destroyMethod = "dispose")
        LoopResources ownLoopResources() {
            return LoopResources.create("own", 1, true);
        }

        @Bean
        ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> ownLoops(LoopResources loops) {
            return builder -> builder.withHttpClientCustomizer(client -> client.runOn(loops));
        }
    }
}
