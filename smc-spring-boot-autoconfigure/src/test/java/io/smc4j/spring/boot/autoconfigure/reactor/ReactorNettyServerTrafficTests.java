package io.smc4j.spring.boot.autoconfigure.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.codec.CodecsAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.HttpHandlerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableReactiveWebApplicationContext;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ReactorNettyServerTrafficTests {

    private final ReactiveWebApplicationContextRunner runner =
            new ReactiveWebApplicationContextRunner(AnnotationConfigReactiveWebServerApplicationContext::new)
                    .withClassLoader(new FilteredClassLoader("org.apache.catalina", "org.eclipse.jetty", "io.undertow"))
                    .withUserConfiguration(FakeSmcConfiguration.class, Routes.class)
                    .withPropertyValues("server.port=0", "spring.reactor.netty.shutdown-quiet-period=0")
                    .withConfiguration(AutoConfigurations.of(SmcReactorNettyAutoConfiguration.class,
                            SmcReactorNettyServerAutoConfiguration.class, CodecsAutoConfiguration.class,
                            ReactiveWebServerFactoryAutoConfiguration.class, WebFluxAutoConfiguration.class,
                            HttpHandlerAutoConfiguration.class, SslAutoConfiguration.class));

    @Test
    void carriesBodiesOverOneConnection() {
        Traffic[] traffic = new Traffic[1];
        runner.run(context -> {
            HttpCalls.over(HttpCalls.http1(), url(context, "http")).echoLargeBodies(3);
            traffic[0] = traffic(context);
            assertThat(traffic[0].accepted()).isEqualTo(1);
            HttpCalls.assertCarried(traffic[0], 3);
        });
        HttpCalls.assertNoneLeft(traffic[0]);
    }

    @Test
    void carriesTls(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        runner.withPropertyValues(certificate.serverBundle()).withPropertyValues("server.ssl.bundle=test")
                .run(context -> {
                    HttpCalls.over(HttpCalls.http1(certificate.sslContext()), url(context, "https")).echoLargeBodies(1);
                    HttpCalls.assertCarried(traffic(context), 1);
                });
    }

    @Test
    void carriesHttp2InTheClear() {
        runner.withPropertyValues("server.http2.enabled=true").run(context -> {
            HttpCalls calls = HttpCalls.over(HttpCalls.http2(), url(context, "http"));
            assertThat(calls.get("/version").version()).isEqualTo(HttpClient.Version.HTTP_2);
            HttpCalls.assertCarried(traffic(context), 0);
        });
    }

    @Test
    void finishesRequestsBeforeItStops() {
        CompletableFuture<?>[] answer = new CompletableFuture<?>[1];
        runner.withPropertyValues("server.shutdown=graceful").run(context -> {
            Routes routes = context.getBean(Routes.class);
            answer[0] = HttpCalls.over(HttpCalls.http1(), url(context, "http")).getLater("/held");
            assertThat(routes.held.await(30, TimeUnit.SECONDS)).isTrue();
            Thread stop = new Thread(context::close);
            stop.start();
            routes.release.tryEmitEmpty();
            assertThat(((HttpResponse<?>) answer[0].get(30, TimeUnit.SECONDS)).statusCode()).isEqualTo(200);
            stop.join();
        });
    }

    @Test
    void leavesResourcesThatTheApplicationsFactoryHas() {
        runner.withUserConfiguration(OwnFactory.class).run(context -> {
            assertThat(HttpCalls.over(HttpCalls.http1(), url(context, "http")).get("/version").statusCode())
                    .isEqualTo(200);
            assertThat(traffic(context).accepted()).isZero();
        });
    }

    private static String url(AssertableReactiveWebApplicationContext context, String scheme) {
        return scheme + "://localhost:" + context
                .getSourceApplicationContext(ReactiveWebServerApplicationContext.class).getWebServer().getPort();
    }

    private static Traffic traffic(ApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).traffic();
    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        final CountDownLatch held = new CountDownLatch(1);
        final Sinks.Empty<Void> release = Sinks.empty();

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .POST("/echo", request -> ServerResponse.ok()
                            .body(request.bodyToFlux(DataBuffer.class), DataBuffer.class))
                    .GET("/version", request -> ServerResponse.ok().bodyValue("ok"))
                    .GET("/held", request -> {
                        held.countDown();
                        return release.asMono().then(Mono.defer(() -> ServerResponse.ok().build()));
                    })
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {

        @Bean
        NettyReactiveWebServerFactory ownFactory() {
            NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory(0);
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.start();
            factory.setResourceFactory(resources);
            return factory;
        }
    }
}
