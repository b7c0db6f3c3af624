package io.smc4j.spring.boot.autoconfigure.urlconnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.RestTemplate;

/** A {@code new RestTemplate()} over channels sends the bytes and gives the results of one without. */
class LikeTheOriginalTests {

    /** What is done with a client, and what comes of it in words. */
    private interface Call extends BiFunction<RestTemplate, RecordingServer, String> {
    }

    private static Stream<Arguments> calls() {
        List<Arguments> calls = new ArrayList<>();
        for (HttpMethod method : HttpMethod.values()) {
            add(calls, method + " without a body",
                    (client, server) -> exchange(client, server.url("/x"), method, null));
            add(calls, method + " with a body", (client, server) -> exchange(client, server.url("/x"), method, "body"));
            add(calls, method + " without a header of Spring's", (client, server) -> inWords(() -> client.execute(
                    server.url("/x?a=b"), method, null, response -> response.getStatusText())));
            add(calls, method + " whose answer is an error",
                    (client, server) -> exchange(client, server.url("/status/500"), method, "body"));
            add(calls, method + " to one that asks for a password",
                    (client, server) -> exchange(client, server.url("/basic"), method, "body"));
            add(calls, method + " redirected",
                    (client, server) -> exchange(client, server.url("/redirect/302?/x"), method, "body"));
            add(calls, method + " on a connection that the server has closed", (client, server) -> {
                String first = exchange(client, server.url("/last"), HttpMethod.GET, null);
                await().until(server::isIdle);
                return first + exchange(client, server.url("/x"), method, "body");
            });
            add(calls, method + " that is never answered",
                    (client, server) -> exchange(client, server.url("/nothing"), method, "body"));
        }
        add(calls, "JSON, whose length is not known",
                (client, server) -> exchange(client, server.url("/x"), HttpMethod.POST, Map.of("a", 1)));
        add(calls, "many bytes",
                (client, server) -> exchange(client, server.url("/x"), HttpMethod.PUT, new byte[200_000]));
        for (int status : new int[] {200, 201, 204, 304, 400, 404, 407, 410, 429, 503}) {
            add(calls, "status " + status,
                    (client, server) -> exchange(client, server.url("/status/" + status), HttpMethod.GET, null));
        }
        IntStream.rangeClosed(300, 308).filter(status -> status != 305).forEach(status -> {
            add(calls, status + " with a path",
                    (client, server) ->
                            exchange(client, server.url("/redirect/" + status + "?/x"), HttpMethod.GET, null));
            add(calls, status + " with a URL", (client, server) -> exchange(client,
                    server.url("/redirect/" + status + "?" + server.url("/x")), HttpMethod.GET, null));
        });
        add(calls, "redirect without a location",
                (client, server) -> exchange(client, server.url("/redirect/302"), HttpMethod.GET, null));
        add(calls, "redirect to https",
                (client, server) ->
                        exchange(client, server.url("/redirect/302?https://localhost/"), HttpMethod.GET, null));
        add(calls, "redirect to another host",
                (client, server) -> withHeaders(client, server.url("/redirect/302?" + server.urlByAddress("/x"))));
        add(calls, "redirect to the same host",
                (client, server) -> withHeaders(client, server.url("/redirect/302?/x")));
        add(calls, "redirects without end", (client, server) -> exchange(client,
                server.url("/redirect/302?" + server.url("/redirect/302?x")), HttpMethod.GET, null));
        add(calls, "two redirects", (client, server) -> exchange(client,
                server.url("/redirect/302?/redirect/301?/x"), HttpMethod.GET, null));
        add(calls, "garbage", (client, server) -> exchange(client, server.url("/garbage"), HttpMethod.GET, null));
        add(calls, "headers of all kinds", (client, server) -> withHeaders(client, server.url("/x")));
        add(calls, "headers of all kinds, twice",
                (client, server) -> withHeaders(client, server.url("/x")) + withHeaders(client, server.url("/x")));
        add(calls, "connections used again", (client, server) -> {
            IntStream.range(0, 5).forEach(i -> exchange(client, server.url("/x"), HttpMethod.POST, "body"));
            return "";
        });
        add(calls, "cookies", (client, server) -> exchange(client, server.url("/x"), HttpMethod.GET, null)
                + exchange(client, server.url("/y"), HttpMethod.GET, null));
        add(calls, "a password in the URL", (client, server) -> exchange(client,
                server.url("/x").replace("//", "//user:secret@"), HttpMethod.GET, null));
        add(calls, "unusual paths",
                (client, server) -> exchange(client, server.url("/a//b/../c;d=%2F?q=[1]"), HttpMethod.GET, null));
        add(calls, "an answer that does not come in time", (client, server) -> {
            SimpleClientHttpRequestFactory factory = (SimpleClientHttpRequestFactory) client.getRequestFactory();
            factory.setReadTimeout(Duration.ofMillis(100));
            return exchange(client, server.url("/silent"), HttpMethod.GET, null)
                    + exchange(client, server.url("/silent"), HttpMethod.POST, "body");
        });
        add(calls, "nobody there",
                (client, server) -> exchange(client, "http://localhost:1/x", HttpMethod.GET, null));
        add(calls, "no such host",
                (client, server) -> exchange(client, "http://nobody.invalid:8080/x", HttpMethod.GET, null));
        return calls.stream();
    }

    private static void add(List<Arguments> calls, String name, Call call) {
        calls.add(Arguments.of(name, call));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void sendsAndGivesTheSame(String name, Call call) throws IOException {
        FakeSmcRuntime runtime = new FakeSmcRuntime();
        ChannelSockets sockets = new ChannelSockets(runtime);
        String original = outcome(new RestTemplate(), call);
        String carried;
        try {
            carried = outcome(new RestTemplate(new SmcSimpleClientHttpRequestFactory(
                    new SimpleClientHttpRequestFactory(), new SmcUrlConnections(runtime, sockets))), call);
        } finally {
            sockets.destroy();
        }
        assertThat(carried).isEqualTo(original);
    }

    /** All that both sides saw. */
    private static String outcome(RestTemplate client, Call call) throws IOException {
        try (RecordingServer server = RecordingServer.start()) {
            String result = call.apply(client, server);
            return (result + "\nconnections: " + server.accepted() + "\n" + String.join("\n", server.requests()))
                    .replace(":" + server.port(), ":PORT");
        }
    }

    private static String exchange(RestTemplate client, String url, HttpMethod method, Object body) {
        return exchange(client, url, method, new HttpEntity<>(body));
    }

    private static String withHeaders(RestTemplate client, String url) {
        HttpHeaders headers = new HttpHeaders();
        List.of("Host", "Connection", "Content-Length", "Origin", "Via", "Expect", "Upgrade", "User-Agent", "Accept",
                "Accept-Encoding", "Authorization", "Cookie", "Content-Type", "Keep-Alive", "X-Own").forEach(
                        name -> headers.add(name, name.equals("Content-Type") ? "text/plain" : "11"));
        headers.add("X-Own", "second");
        headers.add("Cookie", "a=b");
        return exchange(client, url, HttpMethod.GET, new HttpEntity<>(null, headers));
    }

    private static String exchange(RestTemplate client, String url, HttpMethod method, HttpEntity<?> entity) {
        URI uri = URI.create(url.replace("[", "%5B").replace("]", "%5D"));
        return inWords(() -> {
            ResponseEntity<byte[]> response = client.exchange(uri, method, entity, byte[].class);
            return response.getStatusCode() + " " + response.getHeaders() + " "
                    + (response.getBody() == null ? null : new String(response.getBody(), StandardCharsets.ISO_8859_1));
        });
    }

    private static String inWords(Supplier<String> call) {
        try {
            return call.get();
        } catch (RestClientResponseException e) {
            return e + " " + e.getStatusText() + " " + e.getResponseHeaders() + " " + e.getResponseBodyAsString();
        } catch (RuntimeException e) {
            return e + " because of " + e.getCause();
        }
    }
}
