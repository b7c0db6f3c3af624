package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smc4j.engine.SmcConfig;
import io.smc4j.spring.boot.autoconfigure.testsupport.Project;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the container samples write holds together, and is what the engine looks for. */
class ContainerSampleTests {

    private static final Path ROOT = Project.root();
    private static final Path SAMPLE = ROOT.resolve("samples/containers");
    private static final String DIRECTORY_VARIABLE = "SMC_SHAREDMEMORY_DIRECTORY";
    private static final Pattern VARIABLE = Pattern.compile("\\bSMC_[A-Z0-9_]*[A-Z0-9]");
    private static final Pattern FENCED_YAML = Pattern.compile("(?ms)^```yaml$(.*?)^```$");

    @ParameterizedTest
    @MethodSource("texts")
    void everyVariableIsAProperty(Path text) throws IOException {
        Set<String> known = variables();
        for (MatchResult name : VARIABLE.matcher(Files.readString(text)).results().toList()) {
            assertThat(known).as("%s in %s", name.group(), text).contains(name.group().replaceFirst("_\\d+$", ""));
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void allYamlInProseCanBeRead(Path text) throws IOException {
        for (MatchResult yaml : FENCED_YAML.matcher(Files.readString(text)).results().toList()) {
            assertThat(parse(yaml.group(1))).as(text.toString()).isNotEmpty();
        }
    }

    @Test
    void composeMountsTheVolumeWhereTheEnginesLook() throws IOException {
        JsonNode compose = documents(SAMPLE.resolve("compose.yaml")).get(0);
        assertThat(list(compose.path("services"))).hasSize(2).allSatisfy(service -> {
            String[] volume = service.path("volumes").path(0).asText().split(":", 2);
            assertThat(compose.path("volumes").has(volume[0])).as(volume[0]).isTrue();
            assertThat(volume[1]).isEqualTo(directory(service.path("environment")));
            assertThat(SAMPLE.resolve(service.path("build").path("context").asText()).normalize()).isEqualTo(ROOT);
            assertThat(ROOT.resolve(service.path("build").path("dockerfile").asText())).exists();
            assertIsApplication(service.path("build").path("args").path("APP").asText());
        });
        assertThat(compose.path("volumes").path("smc").path("driver_opts").path("o").asText()).contains("mode=1777");
    }

    @Test
    void composeServicesCallEachOtherWhereTheyListen() throws IOException {
        JsonNode services = documents(SAMPLE.resolve("compose.yaml")).get(0).path("services");
        for (JsonNode service : services) {
            URI url = calledBy(list(service.path("environment")).stream().map(JsonNode::asText));
            assertThat(services.path(url.getHost()).path("ports").path(0).asText())
                    .isEqualTo(url.getPort() + ":" + url.getPort());
            assertListensAt(url);
        }
    }

    static List<String> manifests() {
        return List.of("host-path.yaml", "claim.yaml", "csi.yaml");
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void podsMountTheVolumeWhereTheEnginesLook(String file) throws IOException {
        List<JsonNode> deployments = ofKind("Deployment", manifest(file));
        assertThat(deployments).hasSize(2).allSatisfy(deployment -> {
            JsonNode pod = deployment.path("spec").path("template").path("spec");
            JsonNode container = pod.path("containers").path(0);
            JsonNode mount = container.path("volumeMounts").path(0);
            assertThat(mount.path("mountPath").asText()).isEqualTo(directory(environment(container)));
            assertThat(mount.path("name").asText()).isEqualTo(pod.path("volumes").path(0).path("name").asText());
            assertIsApplication(container.path("name").asText());
        });
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void servicesLeadToPodsAndPodsCallServices(String file) throws IOException {
        List<JsonNode> documents = manifest(file);
        List<JsonNode> deployments = ofKind("Deployment", documents);
        for (JsonNode deployment : deployments) {
            JsonNode pod = deployment.path("spec").path("template");
            assertThat(pod.path("metadata").path("labels").path("app"))
                    .isEqualTo(deployment.path("spec").path("selector").path("matchLabels").path("app"));
            URI url = calledBy(list(pod.path("spec").path("containers").path(0).path("env")).stream()
                    .map(variable -> variable.path("value").asText()));
            JsonNode service = named(url.getHost(), ofKind("Service", documents));
            JsonNode target = named(service.path("spec").path("selector").path("app").asText(), deployments)
                    .path("spec").path("template").path("spec").path("containers").path(0).path("ports").path(0);
            JsonNode port = service.path("spec").path("ports").path(0);
            assertThat(port.path("port").asInt()).isEqualTo(url.getPort());
            assertThat(port.path("targetPort")).isEqualTo(target.path("name"));
            assertThat(target.path("containerPort").asInt()).isEqualTo(url.getPort());
            assertListensAt(url);
        }
    }

    /** As far as these manifests use fields that the restricted Pod Security Standard has a say in. */
    @Test
    void claimsMeetTheRestrictedStandard() throws IOException {
        List<JsonNode> documents = manifest("claim.yaml");
        assertThat(ofKind("Deployment", documents)).allSatisfy(deployment -> {
            JsonNode pod = deployment.path("spec").path("template").path("spec");
            assertThat(list(pod.path("volumes"))).allMatch(volume -> volume.has("persistentVolumeClaim"));
            assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.path("securityContext").path("seccompProfile").path("type").asText())
                    .isEqualTo("RuntimeDefault");
            JsonNode container = pod.path("containers").path(0).path("securityContext");
            assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(container.path("capabilities").path("drop").path(0).asText()).isEqualTo("ALL");
        });
        JsonNode claim = ofKind("PersistentVolumeClaim", documents).get(0);
        JsonNode volume = ofKind("PersistentVolume", documents).get(0);
        assertThat(claim.path("spec").path("volumeName")).isEqualTo(volume.path("metadata").path("name"));
        assertThat(volume.path("spec").path("claimRef").path("name")).isEqualTo(claim.path("metadata").path("name"));
    }

    @Test
    void theNodesDirectoryIsTheOneThatPodsMount() throws IOException {
        JsonNode pod = ofKind("DaemonSet", manifest("node-directory.yaml")).get(0).path("spec").path("template")
                .path("spec");
        String made = pod.path("volumes").path(0).path("hostPath").path("path").asText();
        JsonNode mode = pod.path("initContainers").path(0);
        assertThat(list(mode.path("command"))).extracting(JsonNode::asText)
                .containsExactly("chmod", "1777", mode.path("volumeMounts").path(0).path("mountPath").asText());
        for (JsonNode deployment : ofKind("Deployment", manifest("host-path.yaml"))) {
            assertThat(deployment.path("spec").path("template").path("spec").path("volumes").path(0)
                    .path("hostPath").path("path").asText()).isEqualTo(made);
        }
        assertThat(ofKind("PersistentVolume", manifest("claim.yaml")).get(0).path("spec").path("hostPath").path("path")
                .asText()).isEqualTo(made);
    }

    @Test
    void theImageRunsExtractedLayersAsAnOrdinaryUser() throws IOException {
        String dockerfile = Files.readString(SAMPLE.resolve("Dockerfile"));
        assertThat(dockerfile).contains("-Djarmode=tools", "extract --layers", "--enable-native-access=ALL-UNNAMED")
                .containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$").doesNotContain("mkdir");
    }

    // ---- what there is

    static Stream<Path> texts() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLE)) {
            return Stream.concat(Stream.of(ROOT.resolve("docs/containers.md"), ROOT.resolve("docs/properties.md")),
                    files.filter(Files::isRegularFile).toList().stream());
        }
    }

    private static List<JsonNode> manifest(String file) throws IOException {
        return documents(SAMPLE.resolve("kubernetes").resolve(file));
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    private static List<JsonNode> parse(String yaml) {
        List<JsonNode> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)
                .forEach(document -> documents.add(new ObjectMapper().valueToTree(document)));
        return documents;
    }

    private static List<JsonNode> ofKind(String kind, List<JsonNode> documents) {
        return documents.stream().filter(document -> document.path("kind").asText().equals(kind)).toList();
    }

    private static JsonNode named(String name, List<JsonNode> documents) {
        return documents.stream().filter(document -> document.path("metadata").path("name").asText().equals(name))
                .findFirst().orElseThrow(() -> new AssertionError("nothing is named " + name));
    }

    private static List<JsonNode> list(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false).toList();
    }

    private static JsonNode environment(JsonNode container) {
        var environment = new ObjectMapper().createObjectNode();
        container.path("env").forEach(entry -> environment.set(entry.path("name").asText(), entry.path("value")));
        return environment;
    }

    /** Where an engine looks that has these variables. */
    private static String directory(JsonNode environment) {
        return environment.path(DIRECTORY_VARIABLE).asText(SmcConfig.SharedMemory.DEFAULT_DIRECTORY);
    }

    private static URI calledBy(Stream<String> values) {
        return values.filter(value -> value.startsWith("http://")).map(URI::create).findFirst().orElseThrow();
    }

    /** The name of an application's container is the name of its directory and of its host. */
    private static void assertListensAt(URI url) throws IOException {
        assertThat(Files.readString(application(url.getHost()).resolve("src/main/resources/application.properties")))
                .contains("server.port=" + url.getPort() + "\n");
    }

    private static void assertIsApplication(String name) {
        assertThat(application(name).resolve("pom.xml")).exists();
    }

    private static Path application(String name) {
        return ROOT.resolve("samples/quickstart").resolve(name);
    }

    /** All variables that stand for a property, in both of the ways in which Spring Boot reads dashes. */
    private static Set<String> variables() throws IOException {
        Set<String> variables = new TreeSet<>();
        try (InputStream metadata = Objects.requireNonNull(
                SmcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode property : new ObjectMapper().readTree(metadata).path("properties")) {
                String name = property.path("name").asText().replace('.', '_').toUpperCase(Locale.ROOT);
                variables.add(name.replace("-", ""));
                variables.add(name.replace('-', '_'));
            }
        }
        return variables;
    }
}
