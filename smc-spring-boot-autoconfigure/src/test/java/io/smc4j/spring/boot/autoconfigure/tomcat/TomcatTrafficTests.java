package io.smc4j.spring.boot.autoconfigure.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.autoconfigure.websocket.servlet.WebSocketServletAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;

class TomcatTrafficTests {

    @TempDir
    static Path directory;
    private static TestCertificate certificate;

    private final WebApplicationContextRunner runner =
            new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
                    .withUserConfiguration(FakeSmcConfiguration.class, TomcatTestApplication.class)
                    .withPropertyValues("server.port=0")
                    .withConfiguration(AutoConfigurations.of(SmcTomcatAutoConfiguration.class,
                            ServletWebServerFactoryAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
                            EmbeddedWebServerFactoryCustomizerAutoConfiguration.class, WebMvcAutoConfiguration.class,
                            HttpMessageConvertersAutoConfiguration.class, WebSocketServletAutoConfiguration.class,
                            SslAutoConfiguration.class));

    @BeforeAll
    static void createCertificate() throws Exception {
        certificate = TestCertificate.create(directory);
    }

    /** Ways to run the connector. */
    enum Mode {
        PLAIN, VIRTUAL_THREADS, TLS, TLS_AND_VIRTUAL_THREADS;

        boolean isTls() {
            return this == TLS || this == TLS_AND_VIRTUAL_THREADS;
        }

        boolean isVirtual() {
            return this == VIRTUAL_THREADS || this == TLS_AND_VIRTUAL_THREADS;
        }

        WebApplicationContextRunner on(WebApplicationContextRunner runner) {
            WebApplicationContextRunner result = isTls()
                    ? runner.withPropertyValues(certificate.serverBundle())
                            .withPropertyValues("server.ssl.bundle=test")
                    : runner;
            return result.withPropertyValues("spring.threads.virtual.enabled=" + isVirtual());
        }

        HttpClient http1() throws Exception {
            return isTls() ? HttpCalls.http1(certificate.sslContext()) : HttpCalls.http1();
        }

        HttpClient http2() throws Exception {
            return isTls() ? HttpCalls.http2(certificate.sslContext()) : HttpCalls.http2();
        }

        String url(AssertableWebApplicationContext context) {
            return (isTls() ? "https" : "http") + "://localhost:" + port(context);
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesBodiesOverOneConnection(Mode mode) {
        Traffic[] traffic = new Traffic[1];
        mode.on(runner).run(context -> {
            HttpCalls calls = HttpCalls.over(mode.http1(), mode.url(context));
            calls.echoLargeBodies(3);
            traffic[0] = traffic(context);
            assertThat(traffic[0].accepted()).isEqualTo(1);
            HttpCalls.assertCarried(traffic[0], 3);
            assertThat(text(calls.get("/thread")).contains("VirtualThread")).isEqualTo(mode.isVirtual());
            assertThat(text(calls.get("/async"))).isEqualTo("later");
            assertThat(text(calls.get("/peer"))).isIn("127.0.0.1 127.0.0.1 " + port(context),
                    "0:0:0:0:0:0:0:1 0:0:0:0:0:0:0:1 " + port(context));
            assertThat(traffic[0].accepted()).isEqualTo(1);
        });
        HttpCalls.assertNoneLeft(traffic[0]);
    }

    @ParameterizedTest
    @EnumSource
    void sendsFiles(Mode mode) throws Exception {
        byte[] content = new byte[5 << 20];
        new Random(2).nextBytes(content);
        Path file = Files.write(directory.resolve("file"), content);
        mode.on(runner).run(context -> {
            context.getBean(TomcatTestApplication.class).file = file;
            HttpCalls calls = HttpCalls.over(mode.http1(), mode.url(context));
            assertThat(calls.get("/file").body()).isEqualTo(content);
            assertThat(calls.get("/file").body()).isEqualTo(content);
            assertThat(traffic(context).accepted()).isEqualTo(1);
            await().untilAsserted(() ->
                    assertThat(traffic(context).bytesWritten()).isGreaterThan(2L * content.length));
        });
    }

    @ParameterizedTest
    @EnumSource
    void carriesHttp2(Mode mode) {
        mode.on(runner).withPropertyValues("server.http2.enabled=true").run(context -> {
            HttpCalls calls = HttpCalls.over(mode.http2(), mode.url(context));
            assertThat(calls.get("/thread").version()).isEqualTo(HttpClient.Version.HTTP_2);
            calls.echoLargeBodies(1);
            HttpCalls.assertCarried(traffic(context), 1);
        });
    }

    @ParameterizedTest
    @EnumSource
    void carriesWebSocket(Mode mode) {
        mode.on(runner).run(context -> {
            CompletableFuture<String> answer = new CompletableFuture<>();
            WebSocket socket = mode.http1().newWebSocketBuilder().buildAsync(
                    URI.create(mode.url(context).replaceFirst("http", "ws") + "/ws"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                            answer.complete(data.toString());
                            return null;
                        }
                    }).get(30, TimeUnit.SECONDS);
            socket.sendText("hello", true);
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("echo hello");
            assertThat(traffic(context).accepted()).isEqualTo(1);
            socket.abort();
        });
    }

    @ParameterizedTest
    @EnumSource
    void finishesRequestsBeforeItStops(Mode mode) {
        mode.on(runner).withPropertyValues("server.shutdown=graceful").run(context -> {
            TomcatTestApplication application = context.getBean(TomcatTestApplication.class);
            CompletableFuture<HttpResponse<byte[]>> answer =
                    HttpCalls.over(mode.http1(), mode.url(context)).getLater("/held");
            assertThat(application.held.await(30, TimeUnit.SECONDS)).isTrue();
            Thread stop = new Thread(context::close);
            stop.start();
            application.release.countDown();
            assertThat(text(answer.get(30, TimeUnit.SECONDS))).isEqualTo("released");
            stop.join();
        });
    }

    @Test
    void servesManyConnectionsAtOnce() {
        runner.run(context -> {
            HttpCalls calls = HttpCalls.over(HttpCalls.http1(), Mode.PLAIN.url(context));
            CompletableFuture<?>[] answers = new CompletableFuture<?>[200];
            for (int i = 0; i < answers.length; i++) {
                answers[i] = calls.getLater("/thread").thenAccept(answer ->
                        assertThat(answer.statusCode()).isEqualTo(200));
            }
            CompletableFuture.allOf(answers).get(60, TimeUnit.SECONDS);
        });
    }

    @Test
    void closesConnectionsThatAreIdleForTooLong() {
        runner.withPropertyValues("server.tomcat.keep-alive-timeout=1ms").run(context -> {
            try (Socket socket = new Socket("localhost", port(context))) {
                socket.setSoTimeout(30_000);
                socket.getOutputStream()
                        .write("GET /thread HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
            }
        });
    }

    @Test
    void worksWithoutAProvider() {
        runner.withUserConfiguration(ProtocolOnly.class).withPropertyValues("smc.server.tomcat.enabled=false")
                .run(context -> {
                    HttpCalls.over(HttpCalls.http1(), Mode.PLAIN.url(context)).echoLargeBodies(1);
                    assertThat(traffic(context).accepted()).isZero();
                });
    }

    private static int port(AssertableWebApplicationContext context) {
        return context.getSourceApplicationContext(ServletWebServerApplicationContext.class).getWebServer().getPort();
    }

    private static Traffic traffic(AssertableWebApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).traffic();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
