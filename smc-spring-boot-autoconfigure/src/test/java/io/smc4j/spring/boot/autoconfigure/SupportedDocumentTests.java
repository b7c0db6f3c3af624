package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of what is carried names what the code carries, and no more. */
class SupportedDocumentTests {

    private static final Path ROOT = Project.root();
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (?!\\*\\*)(.+?) \\| (.+?) \\| (.+?) \\| (.*?) ?\\|$");
    private static final Pattern SWITCH = Pattern.compile("`(smc\\.(?:server|client)\\.[a-z-]+\\.enabled)`");
    private static final Pattern KIND = Pattern.compile("new SmcCoverage\\(Side\\.\\w+,\\s+\"([^\"]+)\"\\)");

    private final String document;

    SupportedDocumentTests() throws IOException {
        document = Files.readString(ROOT.resolve("docs/supported.md"));
    }

    @Test
    void everySwitchIsThatOfARowThatIsCarried() throws IOException {
        Set<String> switches = new TreeSet<>();
        ROW.matcher(document).results().forEach(row -> SWITCH.matcher(row.group(4)).results().forEach(found -> {
            assertThat(row.group(2)).as(row.group(1)).isNotEqualTo("TCP");
            switches.add(found.group(1));
        }));
        assertThat(switches).isEqualTo(SWITCH.matcher(Files.readString(ROOT.resolve("docs/properties.md"))).results()
                .map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The start line says what is carried by these names. */
    @Test
    void everyKindOfTheStartLineHasARow() throws IOException {
        Set<String> kinds = new TreeSet<>();
        for (String module : new String[] {"src", "boot4/src"}) {
            Path sources = ROOT.resolve("smc-spring-boot-autoconfigure").resolve(module).resolve("main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    KIND.matcher(Files.readString(file)).results().forEach(kind -> kinds.add(kind.group(1)));
                }
            }
        }
        assertThat(kinds).hasSizeGreaterThan(6).allSatisfy(kind -> assertThat(
                ROW.matcher(document).results().map(row -> row.group(1))).anyMatch(row -> row.startsWith(kind)));
    }

    @Test
    void theVersionsAreThoseThatAreLetIn() throws IOException {
        String supported = BootVersionFilter.supported();
        for (String name : new String[] {"docs/supported.md", "README.md"}) {
            assertThat(Files.readString(ROOT.resolve(name)).replaceAll("\\s+", " "))
                    .contains("Spring Boot " + supported);
        }
    }
}
