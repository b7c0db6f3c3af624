package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcMode;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A server that answers and closes while its client still sends: the client comes to the answer. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EarlyAnswerTests {

    private static final int CALLS = 8;
    private static final byte[] CHUNK = new byte[2000];

    private enum Server {

        TOMCAT(WebApplicationType.SERVLET, Servlets.class),
        REACTOR_NETTY(WebApplicationType.REACTIVE, Reactive.class);

        private final WebApplicationType type;
        private final Class<?> application;

        Server(WebApplicationType type, Class<?> application) {
            this.type = type;
            this.application = application;
        }

        ConfigurableApplicationContext start() {
            return new SpringApplicationBuilder(application).web(type).properties("server.port=0").run();
        }
    }

    /** A request that is refused: with a header too large, or a body that nobody wants. */
    private record Request(int header, int body, boolean chunked) {
    }

    private enum Client {

        REST_CLIENT {
            @Override
            int call(ConfigurableApplicationContext context, String url, Request request) {
                RestClient client = context.getBean(RestClient.Builder.class).baseUrl(url).build();
                if (request.header > 0) {
                    return client.get().uri("/").header("X-Large", "x".repeat(request.header))
                            .exchange((sent, answer) -> answer.getStatusCode().value());
                }
                RestClient.RequestBodySpec post = client.post().uri("/");
                if (request.chunked) {
                    post.body(out -> {
                        for (int i = 0; i < request.body; i += CHUNK.length) {
                            out.write(CHUNK);
                        }
                    });
                } else {
                    post.body(new byte[request.body]);
                }
                return post.exchange((sent, answer) -> answer.getStatusCode().value());
            }
        },
        WEB_CLIENT {
            @Override
            int call(ConfigurableApplicationContext context, String url, Request request) {
                WebClient client = context.getBean(WebClient.Builder.class).baseUrl(url).build();
                WebClient.RequestHeadersSpec<?> spec;
                if (request.header > 0) {
                    spec = client.get().uri("/").header("X-Large", "x".repeat(request.header));
                } else if (request.chunked) {
                    spec = client.post().uri("/")
                            .body(Flux.range(0, request.body / CHUNK.length).map(i -> CHUNK.clone()), byte[].class);
                } else {
                    spec = client.post().uri("/").bodyValue(new byte[request.body]);
                }
                return spec.exchangeToMono(this::status).block(Duration.ofMinutes(1));
            }

            private Mono<Integer> status(ClientResponse answer) {
                return answer.releaseBody().thenReturn(answer.statusCode().value());
            }
        };

        abstract int call(ConfigurableApplicationContext context, String url, Request request);
    }

    static Stream<Arguments> requests() {
        List<Request> requests = List.of(new Request(60_000, 0, false), new Request(1_000_000, 0, false),
                new Request(0, 60_000, false), new Request(0, 300_000, false), new Request(0, 60_000, true),
                new Request(0, 3_000_000, true));
        return Stream.of(Server.values())
                .flatMap(server -> Stream.of(Client.values()).map(client -> Arguments.of(server, client, requests)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("requests")
    void comesToTheAnswer(Server server, Client client, List<Request> requests) {
        try (ConfigurableApplicationContext serving = server.start();
                ConfigurableApplicationContext context = new SpringApplicationBuilder(Calling.class)
                        .web(WebApplicationType.NONE).run()) {
            String url = "http://127.0.0.1:" + serving.getEnvironment().getRequiredProperty("local.server.port");
            for (Request request : requests) {
                List<Integer> answers = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    answers.add(client.call(context, url, request));
                }
                assertThat(answers).as("%s", request).allMatch(status -> status >= 400 && status < 500);
            }
            assertThat(context.getBean(SmcRuntime.class).snapshot().bytes().get(SmcMode.TCP).sent()).isZero();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Calling {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Servlets {

        @GetMapping("/")
        String get() {
            return "ok";
        }

        @PostMapping("/")
        void refuse(HttpServletResponse response) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            response.setStatus(HttpStatus.PAYLOAD_TOO_LARGE.value());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Reactive {

        @GetMapping("/")
        String get() {
            return "ok";
        }

        @PostMapping("/")
        Mono<Void> refuse(ServerHttpResponse response) {
            response.getHeaders().set(HttpHeaders.CONNECTION, "close");
            response.setStatusCode(HttpStatus.PAYLOAD_TOO_LARGE);
            return response.setComplete();
        }

        /** Chosen against Tomcat, which is on the class path as well. */
        @Bean
        NettyReactiveWebServerFactory webServerFactory() {
            return new NettyReactiveWebServerFactory();
        }
    }
}
