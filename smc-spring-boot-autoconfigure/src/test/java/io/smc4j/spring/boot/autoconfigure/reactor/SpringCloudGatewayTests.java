package io.smc4j.spring.boot.autoconfigure.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRoutes;

/** A Spring Cloud Gateway, with its target and its client on plain TCP: the fake connects for the gateway only. */
class SpringCloudGatewayTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Sinks.Many<String> EVENTS = Sinks.many().unicast().onBackpressureBuffer();
    private static final AtomicInteger TARGET_CONNECTIONS = new AtomicInteger();
    private static DisposableServer target;
    private static ConfigurableApplicationContext gateway;
    private static Traffic traffic;

    @BeforeAll
    static void start() {
        target = HttpServer.create().host("localhost").port(0).route(SpringCloudGatewayTests::routes)
                .doOnChannelInit((observer, channel, peer) -> TARGET_CONNECTIONS.incrementAndGet()).bindNow(LIMIT);
        gateway = new SpringApplicationBuilder(Gateway.class).web(WebApplicationType.REACTIVE).run("--server.port=0",
                "--spring.reactor.netty.shutdown-quiet-period=0", "--spring.cloud.gateway.server.webflux.enabled=true",
                "--spring.cloud.gateway.server.webflux.routes[0].id=all",
                "--spring.cloud.gateway.server.webflux.routes[0].uri=http://localhost:" + target.port(),
                "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/**");
        traffic = gateway.getBean(FakeSmcRuntime.class).traffic();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        target.disposeNow(LIMIT);
    }

    private static void routes(HttpServerRoutes routes) {
        routes.post("/echo", (request, response) -> response.send(request.receive().retain()))
                .get("/events", (request, response) -> response.sse().sendString(
                        EVENTS.asFlux().map(event -> "data: " + event + "\n\n"), StandardCharsets.UTF_8))
                .ws("/socket", (in, out) -> out.sendString(in.receive().asString().map(text -> "you said " + text)));
    }

    @Test
    void carriesRequests() {
        String body = "x".repeat(1 << 20);
        String answer = client().post().uri("/echo").send((request, out) -> out.sendString(Flux.just(body)))
                .responseSingle((response, content) -> content.asString()).block(LIMIT);
        assertThat(answer).isEqualTo(body);
        assertCarried();
    }

    /** The second event happens when the client has heard the first. */
    @Test
    void carriesServerSentEventsAsTheyCome() {
        EVENTS.tryEmitNext("first");
        String heard = client().get().uri("/events").response((response, content) -> content.asString())
                .doOnNext(text -> EVENTS.tryEmitNext("next")).scan(String::concat)
                .filter(text -> text.contains("next")).blockFirst(LIMIT);
        assertThat(heard).startsWith("data: first\n\ndata: next\n\n");
        assertCarried();
    }

    @Test
    void carriesWebSockets() {
        String answer = client().websocket().uri("/socket")
                .handle((in, out) -> out.sendString(Mono.just("hello")).then().thenMany(in.receive().asString()))
                .blockFirst(LIMIT);
        assertThat(answer).isEqualTo("you said hello");
        assertCarried();
    }

    private static HttpClient client() {
        return HttpClient.create()
                .baseUrl("http://localhost:" + gateway.getEnvironment().getRequiredProperty("local.server.port"));
    }

    private static void assertCarried() {
        assertThat(traffic.connected()).isPositive().isEqualTo(TARGET_CONNECTIONS.get());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(FakeSmcConfiguration.class)
    static class Gateway {

        @Bean
        NettyReactiveWebServerFactory webServerFactory() {
            return new NettyReactiveWebServerFactory();
        }
    }
}
