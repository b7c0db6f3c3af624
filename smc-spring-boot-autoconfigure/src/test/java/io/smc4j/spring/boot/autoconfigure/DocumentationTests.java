package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smc4j.engine.FallbackReason;
import io.smc4j.spring.boot.autoconfigure.testsupport.Project;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say is what the code does, as far as a program can tell. */
class DocumentationTests {

    private static final Path ROOT = Project.root();
    private static final Path README = ROOT.resolve("README.md");
    private static final Path PROPERTIES = ROOT.resolve("docs/properties.md");
    private static final Path OPERATIONS = ROOT.resolve("docs/operations.md");

    /** A table row that begins with a property and its default. */
    private static final Pattern PROPERTY_ROW =
            Pattern.compile("(?m)^\\| `(smc\\.[a-z.-]+)` \\| (?:`([^`]*)`)?[^|]*\\|");
    private static final Pattern PROPERTY = Pattern.compile("`(smc\\.[a-z-]+(?:\\.[a-z-]+)*)`");
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Tests?|IT|Contract|LabCase))`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern REASON_ROW = Pattern.compile("(?m)^\\| `([A-Z_0-9]+)` \\| `(0x[0-9A-F]{8})` \\|");
    private static final Pattern COMMAND = Pattern.compile("(?m)^(\\./\\S+)");

    /** Tests that hold what these documents promise. */
    @ParameterizedTest
    @ValueSource(strings = {"security.md", "reliability.md"})
    void everyTestNamedExists(String document) throws IOException {
        Set<String> named = TEST_CLASS.matcher(Files.readString(ROOT.resolve("docs").resolve(document))).results()
                .map(match -> match.group(1) + ".java").collect(Collectors.toCollection(TreeSet::new));
        Set<String> sources = new TreeSet<>();
        for (String module : List.of("smc-engine", "smc-engine/programs", "smc-spring-boot-autoconfigure",
                "samples/benchmark")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.forEach(file -> sources.add(file.getFileName().toString()));
            }
        }
        assertThat(named).hasSizeGreaterThan(20).isSubsetOf(sources);
    }

    @Test
    void everyPropertyIsDocumentedWithItsDefault() throws IOException {
        Map<String, String> documented = propertyRows(PROPERTIES);
        assertThat(documented).isEqualTo(metadata());
    }

    @Test
    void readmeGivesTheSameDefaults() throws IOException {
        assertThat(metadata()).containsAllEntriesOf(propertyRows(README));
    }

    @Test
    void everyPropertyMentionedExists() throws IOException {
        Set<String> known = new TreeSet<>(metadata().keySet());
        Set<String> meters = meters();
        for (Path document : documents()) {
            for (String name : find(PROPERTY, Files.readString(document))) {
                assertThat(known.contains(name) || meters.contains(name)).as("%s in %s", name, document).isTrue();
            }
        }
    }

    @Test
    void everyFallbackReasonIsDocumentedWithItsCode() throws IOException {
        Map<String, String> documented = REASON_ROW.matcher(Files.readString(OPERATIONS)).results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
        Map<String, String> actual = Arrays.stream(FallbackReason.values())
                .collect(Collectors.toMap(Enum::name, reason -> String.format("0x%08X", reason.code())));
        assertThat(documented).isEqualTo(actual);
    }

    @Test
    void everyHintOfAFallbackReasonNamesPropertiesThatExist() throws IOException {
        Set<String> known = metadata().keySet();
        Pattern property = Pattern.compile("smc\\.[a-z-]+(?:\\.[a-z-]+)*");
        for (FallbackReason reason : FallbackReason.values()) {
            for (MatchResult match : property.matcher(reason.hint()).results().toList()) {
                assertThat(known).as("hint of %s", reason).anyMatch(name -> name.startsWith(match.group()));
            }
        }
    }

    @Test
    void everyRelativeLinkLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            for (String link : find(LINK, prose(document))) {
                if (!link.matches("[a-z]+:.*") && !exists(document, link)) {
                    dead.add(ROOT.relativize(document) + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void everyCommandOfTheReadmeIsThere() throws IOException {
        assertThat(find(COMMAND, Files.readString(README))).isNotEmpty()
                .allSatisfy(command -> assertThat(ROOT.resolve(command)).isExecutable());
    }

    private static boolean exists(Path document, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** The anchors of a document's headings, as GitHub makes them. */
    private static List<String> anchors(Path document) throws IOException {
        return find(HEADING, prose(document)).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    private static Map<String, String> propertyRows(Path document) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        PROPERTY_ROW.matcher(Files.readString(document)).results()
                .forEach(row -> rows.put(row.group(1), row.group(2) == null ? "" : row.group(2)));
        return rows;
    }

    private static Map<String, String> metadata() throws IOException {
        try (InputStream stream =
                SmcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            Map<String, String> properties = new TreeMap<>();
            for (JsonNode property : new ObjectMapper().readTree(stream).get("properties")) {
                String name = property.get("name").asText();
                if (name.startsWith("smc.")) {
                    JsonNode value = property.path("defaultValue");
                    properties.put(name, value.isArray() ? value.path(0).asText("") : value.asText(""));
                }
            }
            return properties;
        }
    }

    private static Set<String> meters() throws IOException {
        return Set.copyOf(find(Pattern.compile("(?m)^\\| `(smc\\.[a-z.]+)` \\| (?:gauge|counter) \\|"),
                Files.readString(OPERATIONS)));
    }

    private static List<String> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static String prose(Path document) throws IOException {
        return FENCED.matcher(Files.readString(document)).replaceAll("");
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(README));
        for (String directory : List.of("docs", "samples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
            }
        }
        return documents;
    }
}
