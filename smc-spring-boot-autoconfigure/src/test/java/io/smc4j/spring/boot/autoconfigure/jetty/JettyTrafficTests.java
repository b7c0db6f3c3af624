package io.smc4j.spring.boot.autoconfigure.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.AbstractServletContainerTests;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JettyTrafficTests extends AbstractServletContainerTests {

    JettyTrafficTests() {
        super(SmcJettyAutoConfiguration.class, JettyOnly.class);
    }

    @Test
    void closesConnectionsThatAreIdleForTooLong() {
        runner.withPropertyValues("server.jetty.connection-idle-timeout=1ms").run(context -> {
            try (Socket socket = new Socket("localhost", port(context))) {
                socket.setSoTimeout(30_000);
                InputStream in = socket.getInputStream();
                assertThat(in.readAllBytes()).as("the end of the connection").isEmpty();
            }
            assertThat(traffic(context).accepted()).isOne();
        });
    }

    @Test
    void refusesConnectionsBeyondItsLimit() {
        runner.withPropertyValues("server.jetty.max-connections=1").run(context -> {
            try (Socket first = new Socket("localhost", port(context))) {
                ask(first);
                try (Socket second = new Socket("localhost", port(context))) {
                    second.setSoTimeout(30_000);
                    first.close();
                    ask(second);
                }
            }
        });
    }

    @Test
    void servesWithoutAcceptorThreads() {
        runner.withPropertyValues("server.jetty.threads.acceptors=0", "server.jetty.threads.selectors=1")
                .run(context -> {
                    HttpCalls.over(HttpCalls.http1(), Mode.PLAIN.url(context)).echoLargeBodies(1);
                    assertThat(traffic(context).accepted()).isOne();
                });
    }

    private static void ask(Socket socket) throws Exception {
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write("GET /thread HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 200");
    }
}
