package io.smc4j.spring.boot.autoconfigure.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
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

/** What a servlet container does with its connections, by channels that count. */
public abstract class AbstractServletContainerTests {

    @TempDir
    protected static Path directory;
    private static TestCertificate certificate;

    protected final WebApplicationContextRunner runner;

    /** @param container its auto-configuration, and what else it needs */
    protected AbstractServletContainerTests(Class<?>... container) {
        runner = new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
                .withUserConfiguration(FakeSmcConfiguration.class, HttpTestApplication.class)
                .withUserConfiguration(container).withPropertyValues("server.port=0")
                .withConfiguration(AutoConfigurations.of(ServletWebServerFactoryAutoConfiguration.class,
                        DispatcherServletAutoConfiguration.class,
                        EmbeddedWebServerFactoryCustomizerAutoConfiguration.class, WebMvcAutoConfiguration.class,
                        HttpMessageConvertersAutoConfiguration.class, WebSocketServletAutoConfiguration.class,
                        SslAutoConfiguration.class));
    }

    @BeforeAll
    static void createCertificate() throws Exception {
        certificate = TestCertificate.create(directory);
    }

    /** Ways to run the connector. */
    protected enum Mode {
        PLAIN, VIRTUAL_THREADS, TLS, TLS_AND_VIRTUAL_THREADS;

        boolean isTls() {
            return this == TLS || this == TLS_AND_VIRTUAL_THREADS;
        }

        boolean isVirtual() {
            return this == VIRTUAL_THREADS || this == TLS_AND_VIRTUAL_THREADS;
        }

        public WebApplicationContextRunner on(WebApplicationContextRunner runner) {
            WebApplicationContextRunner result = isTls()
                    ? runner.withPropertyValues(certificate.serverBundle())
                            .withPropertyValues("server.ssl.bundle=test")
                    : runner;
            return result.withPropertyValues("spring.threads.virtual.enabled=" + isVirtual());
        }

        public HttpClient http1() throws Exception {
            return isTls() ? HttpCalls.http1(certificate.sslContext()) : HttpCalls.http1();
        }

        HttpClient http2() throws Exception {
            return isTls() ? HttpCalls.http2(certificate.sslContext()) : HttpCalls.http2();
        }

        public String url(AssertableWebApplicationContext context) {
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
    void finishesRequestsBeforeItStops(Mode mode) {
        mode.on(runner).withPropertyValues("server.shutdown=graceful").run(context -> {
            HttpTestApplication application = context.getBean(HttpTestApplication.class);
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

    protected static int port(AssertableWebApplicationContext context) {
        return context.getSourceApplicationContext(ServletWebServerApplicationContext.class).getWebServer().getPort();
    }

    protected static Traffic traffic(AssertableWebApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).traffic();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
