package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.Connection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The clients that Spring Boot gives to tests, on a whole application. */
@SpringBootTest(classes = ProbeApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "spring.main.web-application-type=servlet")
@DirtiesContext
class RandomPortTests {

    @Autowired
    private SmcRuntime runtime;

    @Test
    void testRestTemplateIsCarried(@Autowired TestRestTemplate client) {
        assertThat(client.getForObject("/greeting", String.class)).isEqualTo("hello");
        assertThat(client.getForEntity("/nobody", String.class).getStatusCode().value()).isEqualTo(404);
        assertThat(modes()).contains(SmcMode.SMCD);
    }

    /** It makes its connector by itself, as WebClient.create() does. */
    @Test
    void webTestClientIsServed(@Autowired WebTestClient client) {
        client.get().uri("/greeting").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("hello");
        assertThat(modes()).contains(SmcMode.TCP);
    }

    private Set<SmcMode> modes() {
        return runtime.snapshot().connections().stream().map(Connection::mode).collect(Collectors.toSet());
    }
}
