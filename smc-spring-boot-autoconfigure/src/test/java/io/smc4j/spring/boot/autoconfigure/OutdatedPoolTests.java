package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Pools that hold TCP connections to a server which answered no handshake for a while, and now does; and those of a
 * server that has started anew.
 */
class OutdatedPoolTests {

    private static final int CALLS = 5;

    private enum Client {

        REST_CLIENT((context, url) -> context.getBean(RestClient.Builder.class).build().get().uri(url).retrieve()
                .body(String.class)),
        WEB_CLIENT((context, url) -> context.getBean(WebClient.Builder.class).build().get().uri(url).retrieve()
                .bodyToMono(String.class).block(Duration.ofMinutes(1)));

        private final BiFunction<ConfigurableApplicationContext, String, String> call;

        Client(BiFunction<ConfigurableApplicationContext, String, String> call) {
            this.call = call;
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE).properties("smc.handshake.timeout=1s").run();

    @AfterEach
    void close() {
        context.close();
        threads.shutdownNow();
    }

    private List<Future<String>> callAtOnce(Client client, HttpServerProcess server) {
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            answers.add(threads.submit(() -> client.call.apply(context, server.url())));
        }
        return answers;
    }

    private static void assertAnswered(List<Future<String>> answers) throws Exception {
        for (Future<String> answer : answers) {
            assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo("ok");
        }
    }

    private Stream<Connection> connections(SmcMode mode) {
        return context.getBean(SmcRuntime.class).snapshot().connections().stream()
                .filter(connection -> connection.mode() == mode);
    }

    /** Fills the pool with connections on TCP. */
    private void callWhileStopped(Client client, HttpServerProcess server) throws Exception {
        assertThat(client.call.apply(context, server.url())).isEqualTo("ok");
        server.stop();
        List<Future<String>> answers;
        try {
            answers = callAtOnce(client, server);
            await().atMost(Duration.ofMinutes(1)).until(() -> connections(SmcMode.TCP).count() >= CALLS - 1);
        } finally {
            server.goOn();
        }
        assertAnswered(answers);
    }

    @ParameterizedTest
    @EnumSource
    void bringsBusyConnectionsToSmc(Client client) throws Exception {
        try (HttpServerProcess server = HttpServerProcess.start(0)) {
            callWhileStopped(client, server);
            awaitSmc(client, server);
        }
    }

    private void awaitSmc(Client client, HttpServerProcess server) {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            assertAnswered(callAtOnce(client, server));
            return connections(SmcMode.TCP).findAny().isEmpty() && connections(SmcMode.SMCD).findAny().isPresent();
        });
    }

    @ParameterizedTest
    @EnumSource
    void closesIdleConnectionsOnTcp(Client client) throws Exception {
        try (HttpServerProcess server = HttpServerProcess.start(0)) {
            callWhileStopped(client, server);
            await().atMost(Duration.ofMinutes(1)).until(() -> connections(SmcMode.TCP).findAny().isEmpty());
            awaitSmc(client, server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsOnTcpByARuleThatAppliesToOpenConnections(Client client) throws Exception {
        try (HttpServerProcess server = HttpServerProcess.start(0)) {
            awaitSmc(client, server);
            SmcPolicy.Rule rule = SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, SmcPolicy.Direction.OUTBOUND, null, null,
                    Integer.toString(server.port()));
            RuleInForce added = context.getBean(SmcRuntime.class).policyTable().add(rule, RuleInForce.Origin.RUNTIME,
                    new RuleInForce.Terms(null, null, true), 0);
            await().atMost(Duration.ofMinutes(1)).until(() -> connections(SmcMode.SMCD).findAny().isEmpty());
            assertThat(client.call.apply(context, server.url())).isEqualTo("ok");
            assertThat(connections(SmcMode.SMCD)).isEmpty();
            assertThat(connections(SmcMode.TCP)).isNotEmpty();
            assertThat(added.hits()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsOnSmcAfterARestart(Client client) throws Exception {
        int port;
        try (HttpServerProcess server = HttpServerProcess.start(0)) {
            port = server.port();
            assertAnswered(callAtOnce(client, server));
        }
        try (HttpServerProcess server = HttpServerProcess.start(port)) {
            await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
                assertAnswered(callAtOnce(client, server));
                return connections(SmcMode.TCP).findAny().isEmpty() && connections(SmcMode.SMCD).findAny().isPresent();
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }
}
