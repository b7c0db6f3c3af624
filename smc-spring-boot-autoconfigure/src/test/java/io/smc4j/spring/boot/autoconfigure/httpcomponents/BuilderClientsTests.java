package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.Project;
import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.cookie.BasicCookieStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.client.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.RestTemplate;

/**
 * What the builders' clients do with the starter, and what those do that Spring Boot chooses without it. Where they
 * differ, the documentation says so, and only there.
 */
class BuilderClientsTests {

    private static final ClientHttpRequestFactorySettings SETTINGS = ClientHttpRequestFactorySettings.defaults()
            .withReadTimeout(Duration.ofSeconds(5));
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class)
            .withConfiguration(AutoConfigurations.of(SmcHttpComponentsAutoConfiguration.class,
                    SmcHttpComponentsDefaultsAutoConfiguration.class, HttpClientAutoConfiguration.class));

    private interface Behaviour extends Function<Call, String> {
    }

    /** A client and a server of its own. */
    private record Call(RestTemplate client, RecordingServer server) {

        String exchange(String url, HttpMethod method, Object body) {
            return exchange(url, method, body, new HttpHeaders());
        }

        /** The status, or the type of the exception. */
        String exchange(String url, HttpMethod method, Object body, HttpHeaders headers) {
            try {
                return String.valueOf(client.exchange(URI.create(url), method, new HttpEntity<>(body, headers),
                        String.class).getStatusCode().value());
            } catch (RestClientResponseException e) {
                return String.valueOf(e.getStatusCode().value());
            } catch (RuntimeException e) {
                return "`" + (e.getCause() == null ? e : e.getCause()).getClass().getSimpleName() + "`";
            }
        }

        String get(String path) {
            return exchange(server.url(path), HttpMethod.GET, null);
        }

        String post(String path) {
            return exchange(server.url(path), HttpMethod.POST, "body");
        }

        /** The value of a header of the last request, or "none". */
        String sent(String header) {
            List<String> requests = server.requests();
            Matcher matcher = Pattern.compile("(?im)^" + header + ": ([^\\r\\n]*)")
                    .matcher(requests.get(requests.size() - 1));
            return matcher.find() ? "`" + matcher.group(1).replaceAll("/[0-9].*", "") + "`" : "none";
        }

        String sentIfGiven(String header, String value) {
            HttpHeaders headers = new HttpHeaders();
            headers.set(header, value);
            String outcome = exchange(server.url("/x"), HttpMethod.GET, null, headers);
            if (!outcome.equals("200")) {
                return outcome;
            }
            return sent(header).equals("`" + value + "`") ? "sent" : "not sent";
        }

        /** First lines of the requests after the first. */
        String followed() {
            List<String> requests = server.requests();
            return requests.size() == 1 ? "not followed" : requests.get(1).split(" ")[0];
        }

        String requests() {
            return String.valueOf(server.requests().size());
        }
    }

    private static Map<String, Behaviour> behaviours() {
        Map<String, Behaviour> all = new LinkedHashMap<>();
        for (String header : new String[] {"User-Agent", "Accept-Encoding", "Upgrade", "Cookie"}) {
            all.put("`" + header + "` sent", call -> {
                call.get("/x");
                call.get("/x");
                return call.sent(header);
            });
        }
        Map.of("Host", "other", "Origin", "http://other", "Via", "1.1 other", "Cookie", "a=b", "Date", "today",
                "Connection", "close", "Expect", "100-continue").forEach((header, value) ->
                        all.put("`" + header + "` that the caller sets", call -> call.sentIfGiven(header, value)));
        for (HttpMethod method : HttpMethod.values()) {
            all.put("`" + method + "` with a body", call -> {
                String outcome = call.exchange(call.server.url("/x"), method, "body");
                if (call.server.requests().isEmpty()) {
                    return outcome;
                }
                return call.server.requests().get(0).endsWith("body") ? "sent" : "sent without it";
            });
        }
        for (int status : new int[] {300, 301, 302, 303, 307, 308}) {
            for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE)) {
                all.put("`" + method + "` redirected by " + status, call -> {
                    call.exchange(call.server.url("/redirect/" + status + "?/x"), method,
                            method == HttpMethod.GET ? null : "body");
                    return call.followed();
                });
            }
        }
        for (String header : new String[] {"Authorization", "Cookie", "X-Own"}) {
            all.put("Redirect to another host of a request with `" + header + "`", call -> {
                HttpHeaders headers = new HttpHeaders();
                headers.set(header, "secret");
                String redirect = call.server.url("/redirect/302?" + call.server.urlByAddress("/x"));
                call.exchange(redirect, HttpMethod.GET, null, headers);
                if (call.server.requests().size() == 1) {
                    return "not followed";
                }
                return call.sent(header).equals("none") ? "followed without it" : "followed with it";
            });
        }
        all.put("Requests sent in a chain of redirects without end", call -> {
            call.get("/redirect/302?" + call.server.url("/redirect/302?x"));
            return call.requests();
        });
        for (int status : new int[] {401, 408, 429, 503}) {
            all.put("Requests sent if the answer is " + status, call -> {
                call.get("/status/" + status);
                return call.requests();
            });
        }
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT)) {
            all.put("Requests sent if the server closes without an answer, `" + method + "`", call -> {
                call.exchange(call.server.url("/nothing"), method, method == HttpMethod.GET ? null : "body");
                return call.requests();
            });
        }
        all.put("Exception if the server closes without an answer", call -> call.post("/nothing"));
        all.put("Exception if nobody listens", call -> call.exchange("http://localhost:1/x", HttpMethod.GET, null));
        all.put("Exception if there is no such host",
                call -> call.exchange("http://nobody.invalid:8080/x", HttpMethod.GET, null));
        all.put("Exception if the answer does not come in time", call -> call.get("/silent"));
        all.put("Exception if the answer is not HTTP", call -> call.get("/garbage"));
        all.put("URL with a password", call -> call.exchange(call.server.url("/x").replace("//", "//user:secret@"),
                HttpMethod.GET, null));
        all.put("Path `/a//b/../c;d=%2F`", call -> {
            call.get("/a//b/../c;d=%2F");
            return "`" + call.server.requests().get(0).split(" ")[1] + "`";
        });
        all.put("Connections for calls one after another", call -> {
            for (int i = 0; i < 3; i++) {
                call.post("/x");
            }
            return String.valueOf(call.server.accepted());
        });
        return all;
    }

    @Test
    void differAsDocumented() throws IOException {
        Map<String, List<String>> differences = new LinkedHashMap<>();
        runner.run(context -> {
            ClientHttpRequestFactoryBuilder<?> ours = context.getBean(ClientHttpRequestFactoryBuilder.class);
            for (Map.Entry<String, Behaviour> behaviour : behaviours().entrySet()) {
                String without = outcome(ClientHttpRequestFactoryBuilder.jdk(), behaviour.getValue());
                String with = outcome(ours, behaviour.getValue());
                if (!with.equals(without)) {
                    differences.put(behaviour.getKey(), List.of(without, with));
                }
            }
        });
        assertThat(differences).isEqualTo(documented());
    }

    /** The application may want HttpComponents for what it does; then it says so. */
    @Test
    void aChosenClientStaysAsItIs() {
        runner.withPropertyValues("spring.http.client.factory=http-components").run(context -> {
            ClientHttpRequestFactoryBuilder<?> builder = context.getBean(ClientHttpRequestFactoryBuilder.class);
            for (String behaviour : new String[] {"`Cookie` sent", "`Accept-Encoding` sent",
                "Requests sent if the answer is 503"}) {
                assertThat(outcome(builder, behaviours().get(behaviour))).as(behaviour).isEqualTo(
                        outcome(ClientHttpRequestFactoryBuilder.httpComponents(), behaviours().get(behaviour)));
            }
        });
    }

    @Test
    void theSwitchOfSmcChangesTheTransportOnly() {
        runner.withPropertyValues("smc.enabled=false").run(context -> {
            ClientHttpRequestFactoryBuilder<?> builder = context.getBean(ClientHttpRequestFactoryBuilder.class);
            assertThat(outcome(builder, behaviours().get("`Cookie` sent"))).isEqualTo("none");
            assertThat(outcome(builder, behaviours().get("`Accept-Encoding` sent"))).isEqualTo("none");
        });
    }

    @Test
    void theApplicationsCookiesWin() {
        runner.withBean(ClientHttpRequestFactoryBuilderCustomizer.class, BuilderClientsTests::ownCookies).run(context ->
                assertThat(outcome(context.getBean(ClientHttpRequestFactoryBuilder.class),
                        behaviours().get("`Cookie` sent"))).isEqualTo("`id=1`"));
    }

    private static ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder>
            ownCookies() {
        return builder -> builder.withHttpClientCustomizer(
                client -> client.setDefaultCookieStore(new BasicCookieStore()));
    }

    private static String outcome(ClientHttpRequestFactoryBuilder<?> builder, Behaviour behaviour) throws IOException {
        try (RecordingServer server = RecordingServer.start()) {
            return behaviour.apply(new Call(new RestTemplate(builder.build(SETTINGS)), server));
        }
    }

    /** The rows of the table. */
    private static Map<String, List<String>> documented() throws IOException {
        String text = Files.readString(Project.root().resolve("docs/http-clients.md"));
        String table = text.substring(text.indexOf("|---|---|---|"));
        Map<String, List<String>> rows = new LinkedHashMap<>();
        ROW.matcher(table).results()
                .forEach(row -> rows.put(row.group(1), List.of(row.group(2), row.group(3))));
        return rows;
    }
}
