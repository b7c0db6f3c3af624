package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import reactor.core.publisher.Mono;

/** Servers and clients whose peers do not read for a while: buffers take megabytes, as those of TCP do. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowPeerTests {

    private static final byte[] TWO_MEGABYTES = random(2 << 20);
    private static final byte[] THREE_MEGABYTES = random(3 << 20);

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tomcatFinishesThoughItsClientDoesNotRead(boolean smc) throws Exception {
        // A write of Tomcat's may take as long as a connection may be idle.
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, Servlets.class,
                "smc.client.enabled=" + smc, "server.tomcat.connection-timeout=1s");
                SocketChannel client = request(context, "/two-megabytes", "close")) {
            awaitMode(context, smc);
            context.getBean(Servlets.class).finished.get(60, TimeUnit.SECONDS);

            assertThat(context.getBean(Servlets.class).failure).isNull();
            assertThat(body(client)).isEqualTo(TWO_MEGABYTES);
        }
    }

    /** Reactor Netty closes a connection whose input has ended, with what the socket has not taken by then. */
    @Test
    void reactorNettyAnswersAClientThatSendsNoMore() throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE, Reactive.class);
                SocketChannel client = request(context, "/three-megabytes", "keep-alive")) {
            client.shutdownOutput();
            awaitMode(context, true);
            context.getBean(Reactive.class).answered.get(60, TimeUnit.SECONDS);

            assertThat(body(client)).isEqualTo(THREE_MEGABYTES);
        }
    }

    /** The server is busy: it accepts and comes to nothing else until the client has given up. */
    @ParameterizedTest
    @CsvSource({"true, 400", "true, 3072", "false, 400", "false, 3072"})
    void aPostEndsByItsReadTimeoutThoughItsServerDoesNotRead(boolean smc, int kilobytes) throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.NONE, Client.class,
                "smc.client.enabled=" + smc, "spring.http.client.read-timeout=1s");
                ServerSocketChannel listener = context.getBean(SmcRuntime.class).selectorProvider()
                        .openServerSocketChannel().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            CompletableFuture<SocketChannel> accepted = CompletableFuture.supplyAsync(() -> accept(listener));
            RestClient client = context.getBean(RestClient.Builder.class)
                    .baseUrl("http://127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort()).build();
            RestClient.RequestBodySpec post = client.post().uri("/").body(random(kilobytes << 10));

            assertThatThrownBy(() -> post.retrieve().toBodilessEntity())
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);
            try (SocketChannel connection = accepted.get(30, TimeUnit.SECONDS)) {
                assertThat(connection.isOpen()).isTrue();
            }
        }
    }

    private static ConfigurableApplicationContext run(WebApplicationType type, Class<?> application,
            String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(application).web(type)
                .properties("server.port=0").properties(properties).run();
        assertThat(context.getBean(SmcRuntime.class).isAvailable()).isTrue();
        return context;
    }

    private static SocketChannel request(ConfigurableApplicationContext context, String path, String connection)
            throws IOException {
        SocketChannel client = context.getBean(SmcRuntime.class).selectorProvider().openSocketChannel();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"))));
        client.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
        return client;
    }

    private static SocketChannel accept(ServerSocketChannel listener) {
        try {
            return listener.accept();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitMode(ConfigurableApplicationContext context, boolean smc) {
        await().untilAsserted(() -> assertThat(context.getBean(SmcRuntime.class).snapshot().connections()).isNotEmpty()
                .extracting(SmcSnapshot.Connection::mode).containsOnly(smc ? SmcMode.SMCD : SmcMode.TCP));
    }

    /** The whole answer's, which ends with the connection. */
    private static byte[] body(SocketChannel client) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        InputStream in = client.socket().getInputStream();
        in.transferTo(answer);
        byte[] bytes = answer.toByteArray();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("HTTP/1.1 200");
        return Arrays.copyOfRange(bytes, text.indexOf("\r\n\r\n") + 4, bytes.length);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Client {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Servlets {

        final CompletableFuture<Void> finished = new CompletableFuture<>();
        volatile Throwable failure;

        @GetMapping("/two-megabytes")
        byte[] twoMegabytes() {
            return TWO_MEGABYTES;
        }

        @Bean
        Filter whenFinished() {
            return this::filter;
        }

        private void filter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            try {
                chain.doFilter(request, response);
                response.flushBuffer();
            } catch (IOException | ServletException | RuntimeException e) {
                failure = e;
                throw e;
            } finally {
                finished.complete(null);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Reactive {

        final CompletableFuture<Void> answered = new CompletableFuture<>();

        @GetMapping("/three-megabytes")
        Mono<byte[]> threeMegabytes() {
            return Mono.just(THREE_MEGABYTES).doOnTerminate(() -> answered.complete(null));
        }

        /** Chosen against Tomcat, which is on the class path as well. */
        @Bean
        NettyReactiveWebServerFactory webServerFactory() {
            return new NettyReactiveWebServerFactory();
        }
    }
}
