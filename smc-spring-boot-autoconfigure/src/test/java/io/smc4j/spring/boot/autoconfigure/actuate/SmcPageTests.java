package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who gets the page, what it is made of, and what it can ask for, without a browser. */
class SmcPageTests {

    private static final List<String> BROWSERS = List.of(
            // Chromium
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
                    + "application/signed-exchange;v=b3;q=0.7",
            // Firefox and Safari
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            // Lynx
            "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
            "text/html");

    private static final List<String> OTHERS = List.of("*/*", "application/json", "application/*",
            "application/json, text/html", "text/html, application/json;q=0.1", "text/plain, */*",
            // java.net.HttpURLConnection
            "text/html, image/gif, image/jpeg, */*; q=0.2",
            // RestTemplate with Jackson for XML
            "application/xml, text/xml, application/json, application/*+xml, application/*+json");

    private static final Pattern ASSET = Pattern.compile("(?:href|src)=\"(\\?asset=[^\"]+)\"");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void browsersGetThePageAndOthersWhatTheyGotBefore(WebApplicationType type) throws Exception {
        try (ConfigurableApplicationContext context = run(type)) {
            URI endpoint = at(context, "/actuator/smc");
            for (String accept : BROWSERS) {
                HttpResponse<String> page = get(endpoint, accept);
                assertThat(contentType(page)).as(accept).isEqualToIgnoringCase("text/html;charset=UTF-8");
                assertThat(page.body()).startsWith("<!DOCTYPE html>");
            }
            for (String accept : OTHERS) {
                HttpResponse<String> json = get(endpoint, accept);
                assertThat(contentType(json)).as(accept).isEqualTo("application/json");
                assertThat(MAPPER.readTree(json.body()).path("connections")).hasSize(5);
            }
            assertThat(contentType(get(endpoint, "text/*"))).startsWith("text/plain");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void pageIsMadeOfFilesBehindItsOwnUrl(WebApplicationType type) throws Exception {
        try (ConfigurableApplicationContext context = run(type)) {
            URI endpoint = at(context, "/actuator/smc");
            String page = get(endpoint, "text/html").body();
            List<String> assets = ASSET.matcher(page).results().map((match) -> match.group(1)).toList();
            assertThat(assets).hasSize(5);
            for (String asset : assets) {
                HttpResponse<String> answer = get(asset(endpoint, asset), "*/*");
                assertThat(answer.statusCode()).as(asset).isEqualTo(200);
                assertThat(contentType(answer)).isEqualToIgnoringCase(asset.endsWith(".js")
                        ? "text/javascript;charset=UTF-8" : asset.endsWith(".css") ? "text/css;charset=UTF-8"
                        : "image/svg+xml;charset=UTF-8");
                assertThat(answer.body()).isNotEmpty();
            }
            assertThat(get(asset(endpoint, "?asset=page.css"), "text/css,*/*;q=0.1").statusCode()).isEqualTo(200);
            for (String other : List.of("", "PAGE", "../SmcEndpoint.class", "page%2Fpage.js")) {
                assertThat(get(asset(endpoint, "?asset=" + other), "*/*").statusCode()).as(other).isEqualTo(404);
            }
        }
    }

    @Test
    void pageNamesNothingFromElsewhere() throws Exception {
        for (PageAsset asset : PageAsset.values()) {
            String content = (String) asset.response().getBody();
            assertThat(content.replace("http://www.w3.org/2000/svg", "")).as(asset.name())
                    .doesNotContain("://", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"management.endpoint.smc.access=read-only",
            "management.endpoints.access.default=read-only", "management.endpoints.access.max-permitted=read-only"})
    void tellsThatItTakesNoChanges(String setting) throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, setting)) {
            assertThat(report(context, "").path("access").asText()).isEqualTo("READ_ONLY");
            assertThat(post(context, "application/json").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void takesChangesAsJsonOnly() throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
            assertThat(report(context, "").path("access").asText()).isEqualTo("UNRESTRICTED");
            for (String type : List.of("text/plain", "application/x-www-form-urlencoded",
                    "multipart/form-data;boundary=x")) {
                assertThat(post(context, type).statusCode()).as(type).isEqualTo(415);
            }
            assertThat(report(context, "").path("configuration").path("policy")).isEmpty();
            assertThat(post(context, "application/json").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"server.servlet.context-path=/shop, /shop/actuator/smc",
            "management.endpoints.web.base-path=/manage, /manage/smc",
            "management.endpoints.web.base-path=/, /smc",
            "management.endpoints.web.path-mapping.smc=net/shared-memory, /actuator/net/shared-memory"})
    void isWhereverTheEndpointIs(String setting, String path) throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, setting)) {
            URI endpoint = at(context, path);
            assertThat(get(endpoint, BROWSERS.get(0)).body()).startsWith("<!DOCTYPE html>");
            assertThat(get(asset(endpoint, "?asset=page.js"), "*/*").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void isOnThePortOfTheActuator() throws Exception {
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, "management.server.port=0", "management.server.base-path=/ops")) {
            URI endpoint = URI.create("http://localhost:"
                    + context.getEnvironment().getRequiredProperty("local.management.port") + "/ops/actuator/smc");
            assertThat(get(endpoint, BROWSERS.get(0)).body()).startsWith("<!DOCTYPE html>");
            assertThat(get(asset(endpoint, "?asset=page.js"), "*/*").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void findsAndSortsConnections() throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
            assertThat(ids(context, "?sort=-bytesSent&limit=2")).containsExactly(1, 5);
            assertThat(ids(context, "?sort=-bytesSent&limit=2&offset=4")).containsExactly(4);
            assertThat(ids(context, "?offset=99")).isEmpty();
            assertThat(ids(context, "?sort=peer")).containsExactly(4, 5, 1, 3, 2);
            assertThat(ids(context, "?search=client%20TCP")).containsExactly(3);
            assertThat(ids(context, "?search=peer_without")).containsExactly(2);
            assertThat(ids(context, "?search=%20")).hasSize(5);
            JsonNode report = report(context, "?search=127.0.0.1:9090&limit=0");
            assertThat(report.path("connections")).isEmpty();
            assertThat(report.path("connectionCounts")).isEqualTo(MAPPER.readTree("""
                    {"all": 5, "found": 1, "byMode": {"SMCD": 1, "SMCR": 1, "TCP": 2}}"""));
            for (String sort : ConnectionQuery.fields()) {
                assertThat(ids(context, "?sort=" + sort)).as(sort).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?sort=size", "?sort=", "?sort=--id", "?limit=-1", "?offset=-1", "?limit=many",
            "?limit=99999999999"})
    void refusesWhatItCanNotFind(String query) throws Exception {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
            assertThat(get(at(context, "/actuator/smc" + query), "application/json").statusCode()).isEqualTo(400);
        }
    }

    private static List<Integer> ids(ConfigurableApplicationContext context, String query) throws Exception {
        List<Integer> ids = new ArrayList<>();
        report(context, query).path("connections").forEach((connection) -> ids.add(connection.path("id").asInt()));
        return ids;
    }

    private static JsonNode report(ConfigurableApplicationContext context, String query) throws Exception {
        return MAPPER.readTree(get(at(context, "/actuator/smc" + query), "application/json").body());
    }

    private static HttpResponse<String> post(ConfigurableApplicationContext context, String type) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(at(context, "/actuator/smc/policy"))
                .header("Content-Type", type).POST(BodyPublishers.ofString("{\"action\": \"deny\", \"port\": 1}"))
                .build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(URI uri, String accept) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).header("Accept", accept).build(),
                BodyHandlers.ofString());
    }

    /** As a browser does it; {@link URI#resolve} takes a segment of the path away. */
    private static URI asset(URI page, String query) {
        return URI.create(page + query);
    }

    private static String contentType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    private static URI at(ConfigurableApplicationContext context, String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port")
                + path);
    }

    private static ConfigurableApplicationContext run(WebApplicationType type, String... settings) {
        Class<?>[] sources = (type == WebApplicationType.REACTIVE)
                ? new Class<?>[] {StubApplication.class, Netty.class} : new Class<?>[] {StubApplication.class};
        return new SpringApplicationBuilder(sources).web(type).run(Stream.concat(
                Stream.of("--server.port=0", "--management.endpoints.web.exposure.include=smc",
                        "--smc.client.enabled=false", "--smc.server.enabled=false"),
                Stream.of(settings).map((setting) -> "--" + setting)).toArray(String[]::new));
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
