package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

/** All auto-configurations together, in the order in which Spring Boot sorts them: an application calls itself. */
class WholeApplicationTests {

    @Test
    void tomcatCalledByAllClients() {
        try (ConfigurableApplicationContext context = start(WebApplicationType.SERVLET, Application.class)) {
            String url = url(context);
            Traffic traffic = context.getBean(FakeSmcRuntime.class).traffic();
            assertThat(context.getBean(RestClient.Builder.class).build().get().uri(url).retrieve().body(String.class))
                    .isEqualTo("hello");
            assertCarried(traffic, 1);
            assertThat(callByWebClient(context, url)).isEqualTo("hello");
            assertCarried(traffic, 2);
            assertThat(context.getBean(RestTemplate.class).getForObject(url, String.class)).isEqualTo("hello");
            assertCarried(traffic, 3);
        }
    }

    @Test
    void reactorNettyCalledByAllClients() {
        try (ConfigurableApplicationContext context =
                start(WebApplicationType.REACTIVE, Application.class, Netty.class)) {
            String url = url(context);
            Traffic traffic = context.getBean(FakeSmcRuntime.class).traffic();
            assertThat(callByWebClient(context, url)).isEqualTo("hello");
            assertCarried(traffic, 1);
            assertThat(context.getBean(RestTemplate.class).getForObject(url, String.class)).isEqualTo("hello");
            assertCarried(traffic, 2);
        }
    }

    private static ConfigurableApplicationContext start(WebApplicationType type, Class<?>... sources) {
        return new SpringApplicationBuilder(sources).web(type)
                .run("--server.port=0", "--spring.reactor.netty.shutdown-quiet-period=0");
    }

    private static String url(ConfigurableApplicationContext context) {
        return "http://localhost:" + ((WebServerApplicationContext) context).getWebServer().getPort() + "/hello";
    }

    private static String callByWebClient(ConfigurableApplicationContext context, String url) {
        return context.getBean(WebClient.Builder.class).build().get().uri(url).retrieve().bodyToMono(String.class)
                .block(Duration.ofSeconds(30));
    }

    private static void assertCarried(Traffic traffic, int connections) {
        assertThat(traffic.connected()).isEqualTo(connections);
        assertThat(traffic.accepted()).isEqualTo(connections);
        await().untilAsserted(() ->
                assertThat(traffic.bytesRead()).isEqualTo(traffic.bytesWritten()).isPositive());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(FakeSmcConfiguration.class)
    @RestController
    static class Application {

        @Bean
        RestTemplate restTemplate() {
            return new RestTemplate();
        }

        @GetMapping("/hello")
        String hello() {
            return "hello";
        }
    }

    /** Chosen against Tomcat, which is on the class path as well. */
    @Configuration(proxyBeanMethods = false)
    static class Netty {

        @Bean
        NettyReactiveWebServerFactory webServerFactory() {
            return new NettyReactiveWebServerFactory();
        }
    }
}
