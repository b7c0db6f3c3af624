package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smc4j.spring.boot.autoconfigure.testsupport.Project;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alerts ask for what an application that calls itself tells Prometheus, and nothing else. */
class MonitoringFilesTests {

    private static final Path DIRECTORY = Project.root().resolve("docs/monitoring");
    private static final Path ALERTS = DIRECTORY.resolve("alerts.yaml");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Added by Prometheus. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

    private static final Pattern SAMPLE = Pattern.compile("(?m)^(smc_\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern SELECTOR = Pattern.compile("\\b(smc_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(=|!=|=~|!~)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)");
    private static final Pattern SHOWN_LABEL = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");

    /** Values of labels by the metrics' names. */
    private static Map<String, Map<String, Set<String>>> metrics;
    private static ConfigurableApplicationContext context;

    /**
     * A question to Prometheus.
     *
     * @param shown texts with labels of the answer in them
     */
    record Query(String where, String expression, List<String> shown) {

        @Override
        public String toString() {
            return where;
        }
    }

    @BeforeAll
    static void scrape() throws Exception {
        context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.REACTIVE)
                .run("--server.port=0", "--management.endpoints.web.exposure.include=*");
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        assertThat(context.getBean(WebClient.Builder.class).build().get()
                .uri("http://localhost:" + port + "/greeting").retrieve().bodyToMono(String.class).block(LIMIT))
                .isEqualTo("hello");
        HttpResponse<String> answer = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/prometheus")).timeout(LIMIT)
                        .build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        metrics = parse(answer.body());
    }

    @AfterAll
    static void close() {
        if (context != null) {
            context.close();
        }
    }

    private static Map<String, Map<String, Set<String>>> parse(String exposition) {
        Map<String, Map<String, Set<String>>> all = new HashMap<>();
        for (MatchResult sample : SAMPLE.matcher(exposition).results().toList()) {
            Map<String, Set<String>> labels = all.computeIfAbsent(sample.group(1), (name) -> new HashMap<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach((label) -> labels
                        .computeIfAbsent(label.group(1), (name) -> new TreeSet<>()).add(label.group(3)));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("queries")
    void asksForWhatThereIs(Query query) {
        Set<String> known = new TreeSet<>(TARGET_LABELS);
        List<MatchResult> selectors = SELECTOR.matcher(query.expression).results().toList();
        assertThat(selectors).as(query.expression).isNotEmpty();
        for (MatchResult selector : selectors) {
            assertThat(metrics).as(query.expression).containsKey(selector.group(1));
            Map<String, Set<String>> labels = metrics.get(selector.group(1));
            known.addAll(labels.keySet());
            if (selector.group(2) != null) {
                LABEL.matcher(selector.group(2)).results().forEach((label) -> assertMatches(query, label, labels));
            }
        }
        for (MatchResult grouping : GROUPING.matcher(query.expression).results().toList()) {
            assertThat(known).as(query.expression).contains(grouping.group(1).split(", *"));
        }
        for (String text : query.shown) {
            SHOWN_LABEL.matcher(text).results()
                    .forEach((label) -> assertThat(known).as(text).contains(label.group(1)));
        }
    }

    private static void assertMatches(Query query, MatchResult label, Map<String, Set<String>> labels) {
        if (!TARGET_LABELS.contains(label.group(1))) {
            assertThat(labels).as(query.expression).containsKey(label.group(1));
            assertThat(labels.get(label.group(1))).as(query.expression).contains(label.group(3).split("\\|"));
        }
    }

    static Stream<Query> queries() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (JsonNode group : alerts().path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                List<String> shown = new ArrayList<>();
                rule.path("annotations").forEach((text) -> shown.add(text.asText()));
                queries.add(new Query(rule.path("alert").asText(), rule.path("expr").asText(), shown));
            }
        }
        JsonNode dashboard = new ObjectMapper().readTree(DIRECTORY.resolve("dashboard.json").toFile());
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(panel.path("title").asText(), target.path("expr").asText(),
                        List.of(target.path("legendFormat").asText())));
            }
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            if (variable.path("type").asText().equals("query")) {
                queries.add(new Query(variable.path("name").asText(), variable.path("query").asText(), List.of()));
            }
        }
        return queries.stream();
    }

    private static JsonNode alerts() throws IOException {
        return new ObjectMapper().valueToTree(
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(ALERTS)));
    }

    @Test
    void theReadmeExplainsEachAlert() throws IOException {
        String text = Files.readString(DIRECTORY.resolve("README.md"));
        List<String> explained = Pattern.compile("(?m)^\\| `(Smc\\w+)` \\|").matcher(text).results()
                .map((row) -> row.group(1)).toList();
        assertThat(alerts().findValuesAsText("alert")).isNotEmpty().isEqualTo(explained);
    }

    @Test
    void prometheusTakesTheAlerts() throws Exception {
        Path promtool = Stream.of(System.getenv("PATH").split(":")).map((path) -> Path.of(path, "promtool"))
                .filter(Files::isExecutable).findFirst().orElse(null);
        if (promtool == null) {
            System.err.println("test of the alerts by Prometheus skipped: there is no promtool");
            abort("there is no promtool");
        }
        Process check = new ProcessBuilder(promtool.toString(), "check", "rules", ALERTS.toString())
                .redirectErrorStream(true).start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {

        /** Chosen against Tomcat, which is on the class path as well. */
        @Bean
        NettyReactiveWebServerFactory webServerFactory() {
            return new NettyReactiveWebServerFactory();
        }

        @GetMapping("/greeting")
        String greet() {
            return "hello";
        }
    }
}
