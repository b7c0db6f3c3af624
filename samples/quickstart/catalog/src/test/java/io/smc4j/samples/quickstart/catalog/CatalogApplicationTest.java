package io.smc4j.samples.quickstart.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smc4j.samples.quickstart.load.LoadResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.client.RestTemplate;

/** The application, with the JDK's HTTP server in the place of the inventory. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class CatalogApplicationTest {

    private static final byte[] AVAILABILITY = """
            {"order": "2026-000417", "complete": true, "lines": []}""".getBytes(StandardCharsets.UTF_8);
    private static final byte[] STOCK = """
            {"sku": "CAB-007", "warehouse": "south", "onHand": 280}""".getBytes(StandardCharsets.UTF_8);
    private static HttpServer inventory;

    @Autowired
    private WebTestClient http;

    @DynamicPropertySource
    static void startInventory(DynamicPropertyRegistry properties) throws IOException {
        inventory = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        inventory.createContext("/availability", exchange -> answer(exchange, AVAILABILITY));
        inventory.createContext("/stock/CAB-007", exchange -> answer(exchange, STOCK));
        inventory.start();
        properties.add("inventory.url", () -> "http://127.0.0.1:" + inventory.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterAll
    static void stopInventory() {
        inventory.stop(0);
    }

    @Test
    void filtersTheProducts() {
        http.get().uri("/products?category=cable&maxPrice=7").exchange()
                .expectStatus().isOk()
                .expectBodyList(Product.class)
                .value(products -> assertThat(products).extracting(Product::sku).containsExactly("CAB-001", "CAB-002"));
        http.get().uri("/products/NIC-002").exchange()
                .expectBody().jsonPath("$.price").isEqualTo(178.0);
    }

    @Test
    void streamsTheProducts() {
        http.get().uri("/products?category=cable").accept(MediaType.APPLICATION_NDJSON).exchange()
                .expectStatus().isOk()
                .expectHeader().contentTypeCompatibleWith(MediaType.APPLICATION_NDJSON)
                .expectBodyList(Product.class).hasSize(15);
    }

    @Test
    void answersNotFoundForAnUnknownArticle() {
        http.get().uri("/products/CAB-999").exchange().expectStatus().isNotFound();
        http.post().uri("/quotes").bodyValue(order("CAB-999", 1)).exchange().expectStatus().isNotFound();
    }

    @Test
    void pricesAnOrder() {
        http.post().uri("/quotes").bodyValue(order("CAB-007", 24)).exchange()
                .expectStatus().isOk()
                .expectBody()
                .jsonPath("$.lines[0].amount").isEqualTo(483.84)
                .jsonPath("$.tax").isEqualTo(96.77)
                .jsonPath("$.total").isEqualTo(580.61);
    }

    @Test
    void offersWhatTheInventoryCanDeliver() {
        http.post().uri("/offers").bodyValue(order("CAB-007", 24)).exchange()
                .expectStatus().isOk()
                .expectBody()
                .jsonPath("$.deliverable").isEqualTo(true)
                .jsonPath("$.quote.total").isEqualTo(580.61);
    }

    @Test
    void keepsTheEventLoopsFreeOfBlockingCalls() {
        http.post().uri("/offers").bodyValue(order("CAB-007", 24)).exchange().expectStatus().isOk();

        assertThat(CallerThreads.last).startsWith("task-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest-template", "rest-client"})
    void runsALoad(String client) {
        http.post().uri("/load/" + client + "?connections=2&seconds=0").exchange()
                .expectStatus().isOk()
                .expectBody(LoadResult.class)
                .value(result -> {
                    assertThat(result.firstError()).isNull();
                    assertThat(result.requests()).isEqualTo(2);
                });
    }

    /** Notes which threads wait for the inventory. */
    @TestConfiguration
    static class CallerThreads {

        private static volatile String last;

        @Bean
        static BeanPostProcessor callerThreads() {
            return new BeanPostProcessor() {

                @Override
                public Object postProcessBeforeInitialization(Object bean, String name) {
                    if (bean instanceof RestTemplate restTemplate) {
                        restTemplate.getInterceptors().add((request, body, execution) -> {
                            last = Thread.currentThread().getName();
                            return execution.execute(request, body);
                        });
                    }
                    return bean;
                }
            };
        }
    }

    private static Order order(String sku, int quantity) {
        return new Order("7", "C", List.of(new Order.Line(sku, quantity)));
    }
}
