package io.smc4j.spring.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version that smc4j supports, as two processes: one on Tomcat, one on Reactor Netty. */
class SupportedVersionIT {

    private static ApplicationProcess tomcat;
    private static ApplicationProcess netty;

    @BeforeAll
    static void start() throws Exception {
        tomcat = ApplicationProcess.startWith("", "tomcat", SocketApplication.class, jar -> true,
                "--spring.main.web-application-type=servlet");
        netty = ApplicationProcess.startWith("", "netty", SocketApplication.class,
                jar -> !jar.startsWith("tomcat-") && !jar.startsWith("spring-boot-tomcat"),
                "--spring.main.web-application-type=reactive");
    }

    @AfterAll
    static void stop() throws Exception {
        try (ApplicationProcess first = tomcat; ApplicationProcess second = netty) {
            tomcat = null;
            netty = null;
        }
    }

    @Test
    void saysWhatIsCarried() throws Exception {
        assertThat(tomcat.lines("SMC is on: ")).singleElement().asString().contains(" INFO ", "client and server",
                "; server: Tomcat, clients: RestClient and RestTemplate, WebClient");
        assertThat(netty.lines("SMC is on: ")).singleElement().asString().contains(" INFO ", "client and server",
                "; server: Reactor Netty, clients: WebClient");
        assertThat(tomcat.lines(" WARN ")).isEmpty();
        assertThat(netty.lines(" WARN ")).isEmpty();
    }

    @Test
    void theEndpointSaysWhatIsCarried() throws Exception {
        assertThat(JsonPath.<List<String>>read(tomcat.get("/actuator/smc"), "$.coverage[?(@.carried)].kind"))
                .containsExactlyInAnyOrder("Tomcat", "RestClient and RestTemplate", "WebClient");
        assertThat(JsonPath.<List<String>>read(netty.get("/actuator/smc"), "$.coverage[?(@.carried)].kind"))
                .containsExactlyInAnyOrder("Reactor Netty", "WebClient");
    }

    @ParameterizedTest
    @ValueSource(strings = {"webClient", "restClient", "restTemplateBean", "builtRestTemplate", "restInterface",
            "webInterface"})
    void clientsOfAServletApplicationAreCarried(String client) throws Exception {
        calls(tomcat, client, netty);
    }

    @ParameterizedTest
    @ValueSource(strings = {"webClient", "restTemplateBean", "webInterface"})
    void clientsOfAReactiveApplicationAreCarried(String client) throws Exception {
        calls(netty, client, tomcat);
    }

    @Test
    void webSocketsAreCarried() throws Exception {
        Calls.carried(tomcat, "webSocket", netty, "/socket", "you said hello");
    }

    private static void calls(ApplicationProcess caller, String client, ApplicationProcess called) throws Exception {
        Calls.carried(caller, client, called, "/hello", "hello");
    }

    @Test
    void withTheAgentThereIsOneEngineWithTheSettingsOfBoth() throws Exception {
        try (ApplicationProcess agent = ApplicationProcess.startWithAgent("agent",
                "memory.limit=64MB,buffers.send-size=1MB,exclude.ports=9", jar -> true,
                "--spring.main.web-application-type=servlet", "--smc.memory.limit=32MB")) {
            assertThat(agent.lines("smc4j: ")).singleElement().asString().contains("memory limit 32 MB");
            assertThat(agent.lines(" WARN ")).isEmpty();
            String json = agent.get("/actuator/smc");
            assertThat(JsonPath.<Integer>read(json, "$.configuration.memoryLimit")).isEqualTo(32 << 20);
            assertThat(JsonPath.<Integer>read(json, "$.configuration.sendBufferSize")).isEqualTo(1 << 20);
            assertThat(agent.get("/actuator/smc/policy")).contains("\"port\":\"9\"");
            calls(agent, "jdkClient", netty);
            calls(agent, "restClient", netty);
        }
    }

    @Test
    void reports() throws Exception {
        for (ApplicationProcess application : new ApplicationProcess[] {tomcat, netty}) {
            String json = application.get("/actuator/smc");
            assertThat(JsonPath.<Boolean>read(json, "$.available")).isTrue();
            assertThat(JsonPath.<String>read(json, "$.configuration.handshakeTimeout")).startsWith("PT");
            assertThat(JsonPath.<Object>read(json, "$.configuration.sharedMemoryEnabled")).isEqualTo(true);
            assertThat(application.get("/actuator/smc", "Accept", "text/plain")).contains("SMC").doesNotContain("{");
            assertThat(application.get("/actuator/smc", "Accept", "text/html")).startsWith("<!DOCTYPE html>");
            assertThat(application.get("/actuator/smc?asset=page.js", "Accept", "*/*")).startsWith("'use strict'");
            assertThat(application.get("/actuator/info")).contains("\"smc\":{\"state\":\"on");
            assertThat(application.get("/actuator/smc/resources")).contains("\"resources\":{");
            assertThat(JsonPath.<String>read(application.get("/actuator/health"), "$.components.smc.status"))
                    .isEqualTo("UP");
            assertThat(application.get("/actuator/health")).contains("\"available\":true");
            assertThat(application.get("/actuator/metrics")).contains("\"smc.bytes\"");
            assertThat(application.get("/actuator/metrics/smc.bytes")).contains("\"measurements\"");
        }
    }

    @Test
    void takesChanges() throws Exception {
        for (ApplicationProcess application : new ApplicationProcess[] {tomcat, netty}) {
            String policy = application.post("/actuator/smc/policy",
                    "{\"action\":\"deny\",\"direction\":\"outbound\",\"host\":\"*.example.com\",\"position\":0}");
            assertThat(JsonPath.<String>read(policy, "$.policy[0].host")).isEqualTo("*.example.com");
            assertThat(JsonPath.<String>read(policy, "$.policy[0].origin")).isEqualTo("RUNTIME");
            assertThat(application.delete("/actuator/smc/policy/0")).isEqualTo("{\"policy\":[]}");
            assertThat(application.delete("/actuator/smc/statistics")).contains("\"statistics\":{");
        }
    }
}
