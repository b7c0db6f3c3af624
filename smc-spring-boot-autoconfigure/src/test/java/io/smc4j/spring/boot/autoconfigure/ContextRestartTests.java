package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** Contexts come and go within one JVM, as with devtools, and their lifecycle may stop and start, as with CRaC. */
class ContextRestartTests {

    @Test
    void servletApplicationServesAfterEachRestart() {
        for (int i = 0; i < 2; i++) {
            try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
                RestClient client = context.getBean(RestClient.Builder.class).build();
                assertThat(client.get().uri(greeting(context)).retrieve().body(String.class)).isEqualTo("hello");
                context.stop();
                context.start();
                assertThat(client.get().uri(greeting(context)).retrieve().body(String.class)).isEqualTo("hello");
            }
        }
    }

    @Test
    void reactiveApplicationServesAfterEachRestart() {
        for (int i = 0; i < 2; i++) {
            try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE,
                    NettyReactiveWebServerFactory.class)) {
                WebClient client = context.getBean(WebClient.Builder.class).build();
                assertThat(client.get().uri(greeting(context)).retrieve().bodyToMono(String.class).block())
                        .isEqualTo("hello");
                context.stop();
                context.start();
                assertThat(client.get().uri(greeting(context)).retrieve().bodyToMono(String.class).block())
                        .isEqualTo("hello");
            }
        }
    }

    private static ConfigurableApplicationContext run(WebApplicationType type, Class<?>... sources) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(ProbeApplication.class).sources(sources)
                .web(type).properties("server.port=0").run();
        assertThat(context.getBean(SmcRuntime.class).isAvailable()).isTrue();
        return context;
    }

    private static String greeting(ConfigurableApplicationContext context) {
        return "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + "/greeting";
    }
}
