package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** The endpoint as an HTTP client sees it, in either kind of web application. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, classes = StubApplication.class,
        properties = {
        "management.endpoints.web.exposure.include=smc,health,metrics",
                "management.endpoint.health.show-details=always",
        "smc.client.enabled=false", "smc.server.enabled=false"})
@DirtiesContext
abstract class AbstractSmcEndpointHttpTests {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @LocalServerPort
    private int port;

    @Autowired
    private StubSmcRuntime stub;

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/json, text/plain, */*", "text/plain, */*"})
    void answersJsonByDefault(String accept) throws Exception {
        HttpResponse<String> response = get("", accept);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode report = MAPPER.readTree(response.body());
        assertThat(report.path("available").asBoolean()).isTrue();
        assertThat(report.has("cause")).isFalse();
        assertThat(report.path("configuration").path("sendBufferSize").asLong()).isEqualTo(4194304);
        assertThat(report.path("configuration").path("handshakeTimeout").asText()).isEqualTo("PT5S");
        assertThat(report.path("handshakes").path("SMC").asLong()).isEqualTo(10);
        assertThat(report.path("bytes").path("SMCD").path("sent").asLong()).isEqualTo(1234567);
        assertThat(report.path("ringMemory").path("used").asLong()).isEqualTo(131072);
        assertThat(report.path("fallbacks").path(0).path("count").asLong()).isEqualTo(2);
        JsonNode connections = report.path("connections");
        assertThat(connections.path(0).path("mode").asText()).isEqualTo("SMCD");
        assertThat(connections.path(0).path("since").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(connections.path(0).has("fallbackReason")).isFalse();
        assertThat(connections.path(1).path("mode").asText()).isEqualTo("TCP");
        assertThat(connections.path(1).path("peer").asText()).isEqualTo("[fd00:0:0:0:0:0:0:1]:40001");
        assertThat(connections.path(1).path("fallbackReason").path("name").asText()).isEqualTo("PEER_WITHOUT_SMC");
        assertThat(connections.path(1).path("fallbackReason").path("code").asText()).isEqualTo("0x03010000");
    }

    @Test
    void showsWhatThereIsOfRdma() throws Exception {
        JsonNode report = MAPPER.readTree(get("", "application/json").body());
        assertThat(report.path("rdma")).isEqualTo(MAPPER.readTree("{\"provider\": \"VERBS\"}"));
        assertThat(report.path("connections").path(4).path("linkGroup").asInt()).isEqualTo(2);
        assertThat(report.path("connections").path(4).path("link").asInt()).isEqualTo(1);
        assertThat(report.path("connections").path(0).has("link")).isFalse();
        assertThat(report.path("linkGroups").path(0).has("smcr")).isFalse();
        assertThat(report.path("linkGroups").path(1)).isEqualTo(MAPPER.readTree("""
                {"id": 2, "mode": "SMCR", "role": "SERVER", "peerGid": "0000000000000000000000000000002c",
                 "connections": 1, "ringMemory": 65536,
                 "smcr": {"version": 2, "type": "SINGLE", "eid": "SMC4J", "peerHost": "hostb", "maxConnections": 255,
                  "links": [{"number": 1, "state": "ACTIVE", "device": "rxe_a", "port": 1,
                   "gid": "0000:0000:0000:0000:0000:ffff:0a09:0001",
                   "peerGid": "0000:0000:0000:0000:0000:ffff:0a09:0002", "qpn": 17, "peerQpn": 18,
                   "connections": 1}]}}"""));
        assertThat(report.path("devices").path(1)).isEqualTo(MAPPER.readTree("""
                {"name": "mlx5_0", "port": 1, "netdev": "", "active": false, "gids": [], "links": 0}"""));
        assertThat(report.path("configuration").path("rdma")).isEqualTo(MAPPER.readTree("""
                {"provider": "AUTO", "ueid": ["SMC4J"], "port": 0, "gidIndex": -1, "pnet": [], "maxLinks": 2,
                 "maxConnections": 255}"""));
    }

    @Test
    void answersAClientThatNamesNoFormat() throws Exception {
        HttpResponse<String> response = send(request("").build());
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(MAPPER.readTree(response.body()).path("connections")).hasSize(5);
    }

    @Test
    void answersTheActuatorsOwnMediaType() throws Exception {
        String type = "application/vnd.spring-boot.actuator.v3+json";
        HttpResponse<String> response = get("", type);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(type);
        assertThat(MAPPER.readTree(response.body()).path("connections")).hasSize(5);
    }

    @Test
    void answersATableToPeople() throws Exception {
        HttpResponse<String> response = get("", "text/plain");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(response.body()).isEqualTo(ReportTextTests.text(new StubSmcRuntime()));
    }

    @Test
    void refusesOtherFormats() throws Exception {
        assertThat(get("", "image/png").statusCode()).isEqualTo(406);
    }

    @Test
    void showsParts() throws Exception {
        assertThat(part("connections")).hasSize(5);
        assertThat(part("connections").path(0).has("fallbackReason")).isFalse();
        assertThat(part("linkgroups").path(0).path("peerPid").asInt()).isEqualTo(4711);
        assertThat(part("fallbacks").path(1).path("reason").path("name").asText()).isEqualTo("PEER_DECLINED");
        assertThat(part("policy").isArray()).isTrue();
        assertThat(part("devices")).hasSize(2);
        assertThat(part("devices").path(0).path("gids")).hasSize(2);
        assertThat(get("/links", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    @DirtiesContext
    void newRulesComeFirst() throws Exception {
        post("/policy", "{\"action\": \"Allow\", \"direction\": \"inbound\", \"cidr\": \"10.0.0.0/8\"}");
        HttpResponse<String> response = post("/policy", """
                {"action": "deny", "host": "*.example.com", "port": 8080}""");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode policy = part("policy");
        assertThat(policy).isEqualTo(MAPPER.readTree(response.body()).path("policy"));
        assertThat(policy.findValuesAsText("id")).hasSize(2).doesNotHaveDuplicates()
                .allMatch((id) -> Character.isLetter(id.charAt(0)));
        policy.forEach((rule) -> ((ObjectNode) rule).remove("id"));
        assertThat(policy).isEqualTo(MAPPER.readTree("""
                        [{"action": "DENY", "direction": "ANY", "host": "*.example.com", "port": "8080",
                          "origin": "RUNTIME", "hits": 0},
                         {"action": "ALLOW", "direction": "INBOUND", "cidr": "10.0.0.0/8",
                          "origin": "RUNTIME", "hits": 0}]"""));
    }

    @Test
    @DirtiesContext
    void rulesHaveAPlaceANoteAndAnExpiry() throws Exception {
        post("/policy", "{\"action\": \"deny\", \"host\": \"b\"}");
        post("/policy", "{\"action\": \"deny\", \"host\": \"a\"}");
        HttpResponse<String> response = post("/policy", """
                {"action": "deny", "host": "c", "position": 1, "note": "until the release", "expiry": "10m",
                 "applyTo": "open"}""");
        assertThat(response.statusCode()).isEqualTo(200);
        post("/policy", "{\"action\": \"deny\", \"host\": \"d\", \"position\": 99}");
        JsonNode policy = part("policy");
        assertThat(policy.findValuesAsText("host")).containsExactly("a", "c", "b", "d");
        assertThat(policy.path(1).path("note").asText()).isEqualTo("until the release");
        assertThat(policy.path(1).path("applyTo").asText()).isEqualTo("OPEN");
        assertThat(Instant.parse(policy.path(1).path("expiry").asText())).isAfter(Instant.now());
    }

    @Test
    @DirtiesContext
    void rulesCanBeRemovedByTheirIds() throws Exception {
        post("/policy", "{\"action\": \"deny\", \"host\": \"b\"}");
        post("/policy", "{\"action\": \"deny\", \"host\": \"a\"}");
        String id = part("policy").path(1).path("id").asText();
        assertThat(delete("/policy/" + id).statusCode()).isEqualTo(200);
        assertThat(part("policy").findValuesAsText("host")).containsExactly("a");
        assertThat(delete("/policy/" + id).statusCode()).isEqualTo(404);
        assertThat(delete("/policy/99999999999999").statusCode()).isEqualTo(404);
    }

    @Test
    @DirtiesContext
    void tellsWhatThePolicyWouldDo() throws Exception {
        post("/policy", "{\"action\": \"deny\", \"cidr\": \"10.0.0.0/24\", \"direction\": \"outbound\"}");
        JsonNode check = check("{\"peer\": \"10.0.0.7:8080\", \"direction\": \"outbound\"}");
        assertThat(check.path("action").asText()).isEqualTo("DENY");
        assertThat(check.path("direction").asText()).isEqualTo("OUTBOUND");
        assertThat(check.path("rule").path("id")).isEqualTo(part("policy").path(0).path("id"));
        JsonNode inbound = check("{\"peer\": \"10.0.0.7:8080\", \"direction\": \"inbound\"}");
        assertThat(inbound.path("action").asText()).isEqualTo("ALLOW");
        assertThat(inbound.has("rule")).isFalse();
        assertThat(check("{\"peer\": \"[fd00::7]:8080\"}").path("action").asText()).isEqualTo("ALLOW");
        assertThat(part("policy").path(0).path("hits").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"peer\": \"10.0.0.7\"}", "{\"peer\": \"10.0.0.7:0\"}",
            "{\"peer\": \"10.0.0.7:65536\"}", "{\"peer\": \":8080\"}", "{\"peer\": \"[fd00::7:8080\"}",
            "{\"peer\": \"fd00::7:8080\"}", "{\"peer\": \"http://a:80\"}", "{\"peer\": \"a b:80\"}",
            "{\"peer\": \"10.0.0.7:80\", \"direction\": \"any\"}"})
    void refusesToCheckWhatIsNoPeer(String question) throws Exception {
        HttpResponse<String> response = post("/policy/check", question);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(MAPPER.readTree(response.body()).path("error").asText()).contains(" must be ");
    }

    @Test
    void checksAPeer() throws Exception {
        HttpResponse<String> response = post("/check", "{\"peer\": \"[fd00::7]:8080\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode check = MAPPER.readTree(response.body()).path("check");
        assertThat(check.path("peer").asText()).isEqualTo("fd00::7 8080");
        assertThat(check.path("steps").path(0).path("passed").asBoolean()).isTrue();
        assertThat(post("/check", "{}").statusCode()).isEqualTo(400);
        assertThat(post("/check", "{\"peer\": \"10.0.0.7\"}").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1s", "0s", "10", "", "yesterday", "2001-02-03T04:05:06Z", "2030-01-31", "PT-1S",
            "+1000000000-12-31T23:59:59Z", "99999999999999d", "4000d"})
    void refusesAnExpiryThatIsNoneInTheFuture(String expiry) throws Exception {
        assertThat(refused("{\"action\": \"deny\", \"host\": \"a\", \"expiry\": \"" + expiry + "\"}"))
                .startsWith("expiry is '");
        assertThat(part("policy")).isEmpty();
    }

    @Test
    void refusesTermsThatMakeNoSense() throws Exception {
        assertThat(refused("{\"action\": \"deny\", \"cidr\": \"10.0.0.0/33\"}")).startsWith("policy[0].cidr is");
        assertThat(refused("{\"action\": \"deny\", \"host\": \"a\", \"position\": -1}")).startsWith("position is");
        assertThat(refused("{\"action\": \"deny\", \"host\": \"a\", \"note\": \"a\\nb\"}")).startsWith("note is");
        assertThat(refused("{\"action\": \"allow\", \"host\": \"a\", \"applyTo\": \"open\"}"))
                .startsWith("applyTo open goes with");
        assertThat(refused("{\"action\": \"deny\", \"host\": \"a\", \"applyTo\": \"all\"}"))
                .startsWith("applyTo is 'all' but must be");
        assertThat(part("policy")).isEmpty();
    }

    @Test
    @DirtiesContext
    void rulesCanBeRemoved() throws Exception {
        post("/policy", "{\"action\": \"deny\", \"host\": \"b\"}");
        post("/policy", "{\"action\": \"deny\", \"host\": \"a\"}");
        assertThat(delete("/policy/0").statusCode()).isEqualTo(200);
        assertThat(part("policy").findValuesAsText("host")).containsExactly("b");
        assertThat(delete("/policy/1").statusCode()).isEqualTo(404);
        assertThat(delete("/connections/0").statusCode()).isEqualTo(404);
    }

    @Test
    void statisticsAreShownAndReset() throws Exception {
        JsonNode statistics = part("statistics");
        assertThat(statistics.path("startedAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
        JsonNode client = statistics.path("sinceStart").path("connections").path("CLIENT");
        assertThat(client.path("total").asLong()).isEqualTo(20);
        assertThat(client.path("fallbacks").path("PEER_WITHOUT_SMC").asLong()).isEqualTo(10);
        assertThat(statistics.path("sinceStart").path("traffic").path("SMCD").path("writes").path("sizes")
                .path("16K").asLong()).isEqualTo(5);
        assertThat(statistics.path("sinceReset").path("rings").path("fullRemote").asLong()).isEqualTo(6);
        assertThat(MAPPER.readTree(get("", "application/json").body()).path("statistics")).isEqualTo(statistics);
        int before = stub.resets();
        HttpResponse<String> response = delete("/statistics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(MAPPER.readTree(response.body()).path("statistics")).isEqualTo(statistics);
        assertThat(stub.resets()).isEqualTo(before + 1);
        assertThat(delete("/connections").statusCode()).isEqualTo(404);
    }

    @Test
    void theMonitorIsShown() throws Exception {
        JsonNode monitor = part("monitor");
        assertThat(monitor.path("enabled").asBoolean()).isTrue();
        assertThat(monitor.path("modes").path("SMCD")).isEqualTo(MAPPER.readTree("""
                {"last1s": {"sent": 100, "received": 200}, "last10s": {"sent": 10, "received": 20},
                 "last60s": {"sent": 1, "received": 2}, "unread": 300, "unreadFor": "PT7S", "stalled": "PT8S",
                 "peerStalled": "PT9S"}"""));
        assertThat(monitor.path("peers").path(0).path("linkGroup").asInt()).isEqualTo(1);
        assertThat(monitor.path("slowReaders").path(0).path("peer").asText()).isEqualTo("127.0.0.1:8080");
        assertThat(monitor.path("slowReaders").path(0).path("since").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(MAPPER.readTree(get("", "application/json").body()).path("monitor")).isEqualTo(monitor);
    }

    @Test
    void saysWhatIsWrongWithARule() throws Exception {
        assertThat(refused("{\"action\": \"deny\", \"cidr\": \"10/8\"}"))
                .startsWith("policy[0].cidr is '10/8' but must be an IPv4 or IPv6 address");
        assertThat(refused("{\"action\": \"forbid\", \"host\": \"a\"}")).isEqualTo("rule.action cannot be 'forbid'");
        assertThat(refused("{\"action\": \"deny\", \"hots\": \"a\"}"))
                .isEqualTo("rule must have a host, a cidr or a port; host * means every peer");
        assertThat(refused("{\"host\": \"a\"}")).isEqualTo("policy[0].action must be allow or deny");
        assertThat(post("/connections", "{\"action\": \"deny\", \"host\": \"a\"}").statusCode()).isEqualTo(404);
        assertThat(part("policy")).isEmpty();
    }

    @Test
    void feedsHealthAndMetrics() throws Exception {
        JsonNode health = MAPPER.readTree(body("/actuator/health"));
        assertThat(health.path("components").path("smc").path("status").asText()).isEqualTo("UP");
        assertThat(health.path("components").path("smc").path("details").path("connections").path("SMCD").asInt())
                .isEqualTo(1);
        assertThat(health.path("components").path("smc").path("details").path("rdma").path("provider").asText())
                .isEqualTo("VERBS");
        JsonNode meter = MAPPER.readTree(body("/actuator/metrics/smc.connections.active?tag=mode:tcp"));
        assertThat(meter.path("measurements").path(0).path("value").asInt()).isEqualTo(2);
    }

    private JsonNode part(String name) throws Exception {
        HttpResponse<String> response = get("/" + name, "*/*");
        assertThat(response.statusCode()).isEqualTo(200);
        return MAPPER.readTree(response.body()).path(name);
    }

    private String refused(String rule) throws Exception {
        HttpResponse<String> response = post("/policy", rule);
        assertThat(response.statusCode()).isEqualTo(400);
        return MAPPER.readTree(response.body()).path("error").asText();
    }

    private JsonNode check(String question) throws Exception {
        HttpResponse<String> response = post("/policy/check", question);
        assertThat(response.statusCode()).isEqualTo(200);
        return MAPPER.readTree(response.body()).path("check");
    }

    private HttpResponse<String> delete(String part) throws Exception {
        return send(request(part).DELETE().build());
    }

    private String body(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build()).body();
    }

    private HttpResponse<String> get(String part, String accept) throws Exception {
        return send(request(part).header("Accept", accept).build());
    }

    private HttpResponse<String> post(String part, String body) throws Exception {
        return send(request(part).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body))
                .build());
    }

    /** On a connection of its own: a server may close the one on which it refused a request without reading it all. */
    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String part) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/smc" + part));
    }
}
