package io.smc4j.spring.boot.autoconfigure.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.spring.boot.autoconfigure.testsupport.AbstractServletContainerTests;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpTestApplication;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TomcatTrafficTests extends AbstractServletContainerTests {

    TomcatTrafficTests() {
        super(SmcTomcatAutoConfiguration.class);
    }

    @ParameterizedTest
    @EnumSource
    void sendsFiles(Mode mode) throws Exception {
        byte[] content = new byte[5 << 20];
        new Random(2).nextBytes(content);
        Path file = Files.write(directory.resolve("file"), content);
        mode.on(runner).run(context -> {
            context.getBean(HttpTestApplication.class).file = file;
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
}
