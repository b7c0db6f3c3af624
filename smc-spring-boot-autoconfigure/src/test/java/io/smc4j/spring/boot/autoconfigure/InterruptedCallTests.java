package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** A thread that is interrupted goes on with its call, as over sockets of the JDK. */
class InterruptedCallTests {

    private enum Client {

        BUILDER((context, url) -> context.getBean(RestClient.Builder.class).build().get().uri(url).retrieve()
                .body(String.class)),
        NEW((context, url) -> context.getBean(RestTemplate.class).getForObject(url, String.class));

        private final BiFunction<ApplicationContext, String, String> call;

        Client(BiFunction<ApplicationContext, String, String> call) {
            this.call = call;
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnOverSmc(Client client) throws Exception {
        goesOn(client, true);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnOverSocketsOfTheJdk(Client client) throws Exception {
        goesOn(client, false);
    }

    private static void goesOn(Client client, boolean smc) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        CompletableFuture<String> answer = new CompletableFuture<>();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE).properties("smc.client.enabled=" + smc).run();
                ServerSocketChannel listener = context.getBean(SmcRuntime.class).selectorProvider()
                        .openServerSocketChannel().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(context.getBean(SmcRuntime.class).isAvailable()).isTrue();
            String url = "http://localhost:" + ((InetSocketAddress) listener.getLocalAddress()).getPort() + "/";
            threads.execute(() -> answerInTwoParts(listener, caller, answer));
            threads.execute(() -> {
                caller.complete(Thread.currentThread());
                try {
                    String body = client.call.apply(context, url);
                    answer.complete(body + " " + Thread.currentThread().isInterrupted());
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("part part true");
        } finally {
            threads.shutdownNow();
        }
    }

    /** Interrupts the caller, who waits within the body, and only then says the rest. */
    private static void answerInTwoParts(ServerSocketChannel listener, CompletableFuture<Thread> caller,
            CompletableFuture<String> answer) {
        try (SocketChannel connection = listener.accept()) {
            if (RecordingServer.readHead(connection.socket().getInputStream()).isEmpty()) {
                throw new IOException("no request");
            }
            write(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\npart");
            caller.join().interrupt();
            write(connection, " part");
            connection.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }

    private static void write(SocketChannel connection, String text) throws IOException {
        connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RestTemplate restTemplate() {
            return new RestTemplate();
        }
    }
}
