package io.smc4j.samples.quickstart.inventory;

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
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The application, with the JDK's HTTP server in the place of the catalog. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class InventoryApplicationTest {

    private static final byte[] QUOTE = """
            {"order": "2026-000417", "customer": "C", "lines": [], "net": 1.00, "tax": 0.20, "total": 2246.81}"""
            .getBytes(StandardCharsets.UTF_8);
    private static final String PRODUCT = """
            {"sku": "CAB-007", "name": "Cable, 7 m", "category": "cable", "price": 22.40}
            """;
    private static HttpServer catalog;

    @Autowired
    private TestRestTemplate http;

    @DynamicPropertySource
    static void startCatalog(DynamicPropertyRegistry properties) throws IOException {
        catalog = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        catalog.createContext("/quotes", exchange -> answer(exchange, "application/json", QUOTE));
        catalog.createContext("/products", exchange -> answer(exchange, "application/x-ndjson",
                PRODUCT.repeat(15).getBytes(StandardCharsets.UTF_8)));
        catalog.createContext("/products/CAB-007", exchange -> answer(exchange, "application/json",
                PRODUCT.getBytes(StandardCharsets.UTF_8)));
        catalog.start();
        properties.add("catalog.url", () -> "http://127.0.0.1:" + catalog.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterAll
    static void stopCatalog() {
        catalog.stop(0);
    }

    @Test
    void filtersTheStock() {
        assertThat(http.getForObject("/stock?warehouse=harbour&atLeast=500", Stock[].class))
                .extracting(Stock::sku)
                .containsExactly("CAB-014", "NIC-014", "SWI-014", "RAC-014");
        assertThat(http.getForObject("/stock/CAB-007", Stock.class)).isEqualTo(new Stock("CAB-007", "south", 280));
    }

    @Test
    void answersNotFoundForAnUnknownArticle() {
        assertThat(http.getForEntity("/stock/CAB-999", String.class).getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
    }

    @Test
    void confirmsWhatCanBeDeliveredAndWhatItCosts() {
        Order order = new Order("7", "C", List.of(new Order.Line("CAB-001", 30), new Order.Line("CAB-002", 100)));

        OrderController.Confirmation confirmation =
                http.postForObject("/orders", order, OrderController.Confirmation.class);

        assertThat(confirmation.availability().complete()).isFalse();
        assertThat(confirmation.availability().lines())
                .extracting(Availability.Line::available)
                .containsExactly(30, 80);
        assertThat(confirmation.quote().total()).isEqualByComparingTo("2246.81");
    }

    @Test
    void showsThatSmcIsOn() {
        assertThat(http.getForObject("/actuator/smc", String.class)).startsWith("{\"available\":true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/load/web-client", "/load/web-client/look-up"})
    void runsALoad(String path) {
        LoadResult result = http.postForObject(path + "?connections=2&seconds=0", null, LoadResult.class);

        assertThat(result.firstError()).isNull();
        assertThat(result.requests()).isEqualTo(2);
    }
}
