package io.smc4j.samples.quickstart.catalog;

import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** The inventory as seen from here. Applications choose one of the two clients; this one shows both. */
@Component
class InventoryClient {

    private final RestTemplate restTemplate;
    private final RestClient restClient;

    InventoryClient(RestTemplate restTemplate, RestClient restClient) {
        this.restTemplate = restTemplate;
        this.restClient = restClient;
    }

    Stock stockByRestTemplate(String sku) {
        return restTemplate.getForObject("/stock/{sku}", Stock.class, sku);
    }

    Stock stockByRestClient(String sku) {
        return restClient.get().uri("/stock/{sku}", sku).retrieve().body(Stock.class);
    }

    Availability availability(Order order) {
        return restClient.post().uri("/availability").body(order).retrieve().body(Availability.class);
    }
}
