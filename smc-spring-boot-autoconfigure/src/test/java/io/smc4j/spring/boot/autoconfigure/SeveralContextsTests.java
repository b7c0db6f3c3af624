package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;

/** Contexts beside and above each other within one JVM. */
class SeveralContextsTests {

    @Test
    void eachApplicationHasAnEngineAndGoesOnWithoutTheOther() {
        try (ConfigurableApplicationContext one = run(new SpringApplicationBuilder(ProbeApplication.class))) {
            RestClient client = client(one);
            try (ConfigurableApplicationContext other = run(new SpringApplicationBuilder(ProbeApplication.class))) {
                assertThat(runtime(other)).isNotSameAs(runtime(one));
                assertThat(greet(client, other)).isEqualTo("hello");
                assertThat(greet(client(other), one)).isEqualTo("hello");
                assertAllOnSmc(one);
                assertAllOnSmc(other);
            }
            assertThat(runtime(one).isAvailable()).isTrue();
            assertThat(greet(client, one)).isEqualTo("hello");
            assertAllOnSmc(one);
        }
    }

    @Test
    void childrenUseTheEngineOfTheirParent() {
        try (ConfigurableApplicationContext parent =
                new SpringApplicationBuilder(ProbeApplication.class).web(WebApplicationType.NONE).run()) {
            try (ConfigurableApplicationContext child =
                    run(new SpringApplicationBuilder(ProbeApplication.class).parent(parent))) {
                assertThat(runtime(child)).isSameAs(runtime(parent));
                assertThat(greet(client(parent), child)).isEqualTo("hello");
                assertThat(greet(client(child), child)).isEqualTo("hello");
                assertAllOnSmc(parent);
            }
            assertThat(runtime(parent).isAvailable()).as("after a child has ended").isTrue();
            try (ConfigurableApplicationContext second =
                    run(new SpringApplicationBuilder(ProbeApplication.class).parent(parent))) {
                assertThat(greet(client(parent), second)).isEqualTo("hello");
                assertAllOnSmc(parent);
            }
        }
    }

    @Test
    void aManagementPortOfItsOwnStaysOnTcp() {
        try (ConfigurableApplicationContext context = run(new SpringApplicationBuilder(ProbeApplication.class)
                .properties("management.server.port=0", "management.endpoints.web.exposure.include=smc"))) {
            assertThat(greet(client(context), context)).isEqualTo("hello");
            assertAllOnSmc(context);
            String url = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.management.port")
                    + "/actuator/smc";
            assertThat(client(context).get().uri(url).retrieve().body(String.class)).contains("\"available\":true");
            assertThat(runtime(context).snapshot().connections()).extracting(Connection::mode)
                    .contains(SmcMode.TCP, SmcMode.SMCD);
        }
    }

    private static ConfigurableApplicationContext run(SpringApplicationBuilder builder) {
        return builder.web(WebApplicationType.SERVLET).properties("server.port=0").run();
    }

    private static SmcRuntime runtime(ConfigurableApplicationContext context) {
        return context.getBean(SmcRuntime.class);
    }

    private static RestClient client(ConfigurableApplicationContext context) {
        return context.getBean(RestClient.Builder.class).build();
    }

    private static String greet(RestClient client, ConfigurableApplicationContext server) {
        return client.get().uri("http://localhost:" + server.getEnvironment().getRequiredProperty("local.server.port")
                + "/greeting").retrieve().body(String.class);
    }

    private static void assertAllOnSmc(ConfigurableApplicationContext context) {
        List<Connection> connections = runtime(context).snapshot().connections();
        assertThat(connections).isNotEmpty().extracting(Connection::mode).containsOnly(SmcMode.SMCD);
    }
}
