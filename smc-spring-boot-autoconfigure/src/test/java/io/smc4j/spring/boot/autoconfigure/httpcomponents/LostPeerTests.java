package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DisconnectedClientHelper;

/** What Spring's clients and servers make of a peer that goes, on an engine with SMC and on one without. */
class LostPeerTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
            AutoConfigurations.of(SmcAutoConfiguration.class, SmcHttpComponentsAutoConfiguration.class,
                    HttpClientAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
                    RestClientAutoConfiguration.class))
            .withUserConfiguration(NeverValidated.class);

    private ServerSocketChannel listener;

    @BeforeEach
    void forgetListener() {
        listener = null;
    }

    @AfterEach
    void closeListener() throws IOException {
        if (listener != null) {
            listener.close();
        }
    }

    /** Connections that were idle are not looked at before they are used, however slow the test is. */
    @Configuration(proxyBeanMethods = false)
    static class NeverValidated {

        @Bean
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> neverValidated() {
            ConnectionConfig config = ConnectionConfig.custom().setValidateAfterInactivity(TimeValue.NEG_ONE_SECOND)
                    .build();
            return builder -> builder
                    .withConnectionManagerCustomizer(manager -> manager.setDefaultConnectionConfig(config));
        }
    }

    private interface Test {
        void run(ApplicationContext context, RestClient client) throws Exception;
    }

    private void onEngine(boolean smc, Test test) {
        runner.withPropertyValues("smc.client.enabled=" + smc).run(context -> {
            listener = context.getBean(SmcRuntime.class).selectorProvider().openServerSocketChannel()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            RestClient client = context.getBean(RestClient.Builder.class)
                    .baseUrl("http://127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort()).build();
            test.run(context, client);
        });
    }

    private interface Exchange {
        void serve(SocketChannel connection) throws Exception;
    }

    private CompletableFuture<Void> serve(Exchange exchange) {
        return CompletableFuture.runAsync(() -> {
            try (SocketChannel connection = listener.accept()) {
                exchange.serve(connection);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void answer(SocketChannel connection, String status) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nok")
                .getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    private static void assertMode(ApplicationContext context, boolean smc) {
        assertThat(context.getBean(SmcRuntime.class).snapshot().connections()).isNotEmpty()
                .extracting(SmcSnapshot.Connection::mode).containsOnly(smc ? SmcMode.SMCD : SmcMode.TCP);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStaleConnectionGivesNoResponse(boolean smc) {
        onEngine(smc, (context, client) -> {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            CompletableFuture<Void> server = serve(connection -> {
                if (RecordingServer.readHead(connection.socket().getInputStream()).isEmpty()) {
                    throw new IOException("no request");
                }
                answer(connection, "200 OK");
                closed.get();
            });
            assertThat(client.get().uri("/").retrieve().body(String.class)).isEqualTo("ok");
            assertMode(context, smc);
            closed.complete(null);
            server.get(20, TimeUnit.SECONDS);

            // A POST is not tried again.
            assertThatThrownBy(() -> client.post().uri("/").body("hello").retrieve().toBodilessEntity())
                    .hasRootCauseInstanceOf(NoHttpResponseException.class);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void springKnowsALostClient(boolean smc) {
        onEngine(smc, (context, client) -> {
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            CompletableFuture<Void> server = serve(connection -> {
                connection.read(ByteBuffer.allocate(1));
                failure.complete(catchThrowable(() -> {
                    while (true) {
                        connection.write(ByteBuffer.allocate(1 << 16));
                    }
                }));
            });
            try (SocketChannel peer = context.getBean(SmcRuntime.class).selectorProvider().openSocketChannel()) {
                peer.connect(listener.getLocalAddress());
                peer.write(ByteBuffer.allocate(1));
                peer.read(ByteBuffer.allocate(1));
                assertMode(context, smc);
                peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            Throwable lost = failure.get(20, TimeUnit.SECONDS);
            assertThat(DisconnectedClientHelper.isClientDisconnectedException(lost)).as("%s", lost).isTrue();
            server.get(20, TimeUnit.SECONDS);
        });
    }
}
