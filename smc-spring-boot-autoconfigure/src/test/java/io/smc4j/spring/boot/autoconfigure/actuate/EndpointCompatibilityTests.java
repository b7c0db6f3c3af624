package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot.Rdma;
import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skyscreamer.jsonassert.JSONAssert;
import org.skyscreamer.jsonassert.JSONCompareMode;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The JSON that clients of the first release rely on, as files: what is in them must stay, with its name and form. More
 * may come, but nothing that was left out for want of a value.
 */
class EndpointCompatibilityTests {

    private static final String[] SETTINGS = {"--server.port=0",
            "--management.endpoints.web.exposure.include=smc,health",
            "--management.endpoint.health.show-details=always", "--smc.client.enabled=false",
            "--smc.server.enabled=false", "--smc.buffers.send-size=64KB", "--smc.buffers.receive-size=128KB",
            "--smc.buffers.initial-size=32KB", "--smc.buffers.idle-after=1m", "--smc.memory.limit=1GB",
            "--smc.handshake.timeout=2s", "--smc.handshake.retry-after=90s", "--smc.spin.mode=never",
            "--smc.spin.limit=10us", "--smc.rdma.provider=verbs", "--smc.rdma.ueid=SITE.A,SITE.B",
            "--smc.rdma.device=mlx5_0", "--smc.rdma.port=2", "--smc.rdma.gid-index=3", "--smc.rdma.pnet[0].netdev=eth0",
            "--smc.rdma.pnet[0].device=mlx5_1", "--smc.rdma.max-links=1", "--smc.rdma.max-connections=32",
            "--smc.shared-memory.directory=/srv/smc", "--smc.shared-memory.users=orders,@2000",
            "--smc.discovery.syn-option=false", "--smc.peers.include=10.0.0.0/8,[fd00::]/8:8080-8081,10.1.2.3:8080",
            "--smc.policy[0].action=deny", "--smc.policy[0].direction=inbound", "--smc.policy[0].host=*.example.com",
            "--smc.policy[0].cidr=10.0.0.0/8", "--smc.policy[0].port=8000-8999", "--smc.policy[1].action=allow",
            "--smc.policy[1].cidr=2001:db8::1", "--smc.policy[1].port=8080"};

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"", "--spring.jackson.property-naming-strategy=SNAKE_CASE",
            "--spring.jackson.default-property-inclusion=ALWAYS"})
    void keepsWhatItShowsOfAnEngineHoweverTheApplicationWritesJson(String setting) throws Exception {
        try (ConfigurableApplicationContext context = run(On.class, setting)) {
            for (String part : List.of("connections", "linkgroups", "devices", "fallbacks", "policy")) {
                assertKept("smc-" + part, get(context, "smc/" + part));
            }
            assertKept("smc", get(context, "smc"));
            assertKept("health", get(context, "health").path("components").path("smc"));
        }
    }

    @Test
    void keepsWhatItShowsWhereSmcIsOff() throws Exception {
        try (ConfigurableApplicationContext context = run(Off.class, "--smc.enabled=false")) {
            assertKept("smc-off", get(context, "smc"));
            assertKept("health-off", get(context, "health").path("components").path("smc"));
        }
    }

    private static ConfigurableApplicationContext run(Class<?> application, String... more) {
        return new SpringApplicationBuilder(application)
                .run(Stream.concat(Stream.of(SETTINGS), Stream.of(more).filter((setting) -> !setting.isEmpty()))
                        .toArray(String[]::new));
    }

    private static void assertKept(String file, JsonNode actual) throws Exception {
        JsonNode expected = expected(file);
        JSONAssert.assertEquals(file, expected.toString(), actual.toString(), JSONCompareMode.STRICT_ORDER);
        assertSameFields(expected.path("connections"), actual.path("connections"));
        assertSameFields(expected.path("linkgroups"), actual.path("linkgroups"));
    }

    /** A field that depends on what there is to say is either in both or in none. */
    private static void assertSameFields(JsonNode expected, JsonNode actual) {
        for (int i = 0; i < expected.size(); i++) {
            JsonNode was = expected.path(i);
            JsonNode is = actual.path(i);
            for (String field : List.of("local", "mode", "fallbackReason", "peerDiagnosis", "linkGroup", "link",
                    "peerPid",
                    "smcr")) {
                assertThat(is.has(field)).as("%s of %s", field, is).isEqualTo(was.has(field));
            }
        }
    }

    private static JsonNode expected(String file) throws IOException {
        try (InputStream json = EndpointCompatibilityTests.class.getResourceAsStream("json/" + file + ".json")) {
            return MAPPER.readTree(json);
        }
    }

    private static JsonNode get(ConfigurableApplicationContext context, String path) throws Exception {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path))
                .build();
        return MAPPER.readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Off {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class On {

        @Bean
        SmcRuntime stub(SmcProperties properties) {
            return new StubSmcRuntime(properties, StubSmcRuntime.sample(new Rdma(RdmaConfig.Provider.NONE,
                    FallbackReason.NO_RDMA_DEVICE, StubSmcRuntime.sample().rdma().devices())));
        }
    }
}
