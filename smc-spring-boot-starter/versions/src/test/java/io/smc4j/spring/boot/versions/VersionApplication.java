package io.smc4j.spring.boot.versions;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpExchangeAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Answers, and calls others by each client that Spring Boot sets up. Names no class that has moved. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(VersionApplication.Endpoints.class)
class VersionApplication {

    static final String PORT = "Listens on ";

    public static void main(String[] arguments) {
        run(VersionApplication.class, arguments);
    }

    static void run(Class<?> application, String... arguments) {
        ConfigurableApplicationContext context = SpringApplication.run(application, arguments);
        System.out.println(PORT + context.getEnvironment().getProperty("local.server.port"));
    }

    @Bean
    HttpClient restClient(ObjectProvider<RestClient.Builder> builder) {
        return url -> builder.getObject().build().get().uri(url).retrieve().body(String.class);
    }

    @Bean
    HttpClient webClient(ObjectProvider<WebClient.Builder> builder) {
        return url -> builder.getObject().build().get().uri(url).retrieve().bodyToMono(String.class).block();
    }

    @Bean
    HttpClient restInterface(ObjectProvider<RestClient.Builder> builder) {
        return url -> interfaceOver(RestClientAdapter.create(builder.getObject().build())).get(URI.create(url));
    }

    @Bean
    HttpClient webInterface(ObjectProvider<WebClient.Builder> builder) {
        return url -> interfaceOver(WebClientAdapter.create(builder.getObject().build())).get(URI.create(url));
    }

    private static HttpInterface interfaceOver(HttpExchangeAdapter client) {
        return HttpServiceProxyFactory.builderFor(client).build().createClient(HttpInterface.class);
    }

    @Bean
    RestTemplate restTemplate() {
        return new RestTemplate();
    }

    @Bean
    HttpClient restTemplateBean(RestTemplate restTemplate) {
        return url -> restTemplate.getForObject(url, String.class);
    }

    /** The builder is of another package in Spring Boot 4. */
    @Bean
    HttpClient builtRestTemplate(BeanFactory beans) {
        return url -> {
            Object builder = beans.getBean("restTemplateBuilder");
            RestTemplate template = (RestTemplate) builder.getClass().getMethod("build").invoke(builder);
            return template.getForObject(url, String.class);
        };
    }

    /** Carried with the Java agent only. */
    @Bean
    HttpClient jdkClient() {
        return url -> java.net.http.HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).body();
    }

    interface HttpInterface {

        @GetExchange
        String get(URI uri);
    }

    @RestController
    static class Endpoints {

        private final Map<String, HttpClient> clients;

        Endpoints(Map<String, HttpClient> clients) {
            this.clients = clients;
        }

        @GetMapping("/hello")
        String hello() {
            return "hello";
        }

        @GetMapping("/calls/{client}")
        CompletableFuture<String> call(@PathVariable("client") String client, @RequestParam("url") String url) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return clients.get(client).get(url);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
        }
    }
}
