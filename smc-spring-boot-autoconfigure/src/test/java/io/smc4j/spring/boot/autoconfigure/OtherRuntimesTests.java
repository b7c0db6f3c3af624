package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole applications on a Java version or a class path other than the tests'. */
class OtherRuntimesTests {

    private static final String[] WEB = {"--server.port=0", "--management.endpoints.web.exposure.include=smc,health",
            "--management.endpoint.health.show-details=always"};

    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("oldRuntimes")
    void staysOnTcpAndSaysWhy(Path java) throws Exception {
        ApplicationProcess application = ApplicationProcess.run(java, (entry) -> true, directory,
                arguments("/greeting", "/actuator/smc", "/actuator/health"));
        String cause = "Java " + feature(java) + " < 22, the first with the Foreign Function & Memory API";
        assertThat(application.exitCode()).as(application.output()).isZero();
        assertThat(application.loadedEngineClasses()).isNotEmpty().allMatch(OtherRuntimesTests::isValue);
        assertThat(application.output())
                .contains("SMC is off: " + cause + "; HTTP stays on TCP")
                .contains("ANSWER /greeting 200 hello")
                .contains("ANSWER /actuator/smc 200 {\"available\":false,\"cause\":\"" + cause + "\"")
                .contains("\"smc\":{\"status\":\"UP\",\"details\":{\"available\":false,\"cause\":\"" + cause + "\"}}")
                .doesNotContain("UnsupportedClassVersionError");
    }

    @ParameterizedTest
    @MethodSource("oldRuntimes")
    void checksTheSettingsAsWell(Path java) throws Exception {
        ApplicationProcess application = ApplicationProcess.run(java, (entry) -> true, directory,
                arguments("--smc.memory.limit=65GB"));
        assertThat(application.exitCode()).as(application.output()).isEqualTo(1);
        assertThat(application.loadedEngineClasses()).allMatch(OtherRuntimesTests::isValue);
        assertThat(application.output()).contains("APPLICATION FAILED TO START", "Property: smc.memory.limit",
                "Value: \"65GB\"", "Permitted: between 0B and 64GB");
    }

    @Test
    void applicationsThatExcludeTheEngineStayOnTcp() throws Exception {
        ApplicationProcess application = ApplicationProcess.run(Path.of(System.getProperty("java.home")),
                (entry) -> !entry.contains("smc-engine"), directory, arguments("/greeting", "/actuator/smc"));
        assertThat(application.exitCode()).as(application.output()).isZero();
        assertThat(application.loadedEngineClasses()).isEmpty();
        assertThat(application.output()).contains("ANSWER /greeting 200 hello", "ANSWER /actuator/smc 404");
    }

    @Test
    void applicationsNeedNeitherActuatorNorMicrometer() throws Exception {
        ApplicationProcess application = ApplicationProcess.run(Path.of(System.getProperty("java.home")),
                (entry) -> !entry.contains("actuator") && !entry.contains("micrometer-core"), directory,
                arguments("/greeting", "/actuator/smc"));
        assertThat(application.exitCode()).as(application.output()).isZero();
        assertThat(application.loadedEngineClasses()).isNotEmpty();
        assertThat(application.output()).contains("ANSWER /greeting 200 hello", "ANSWER /actuator/smc 404");
    }

    private static String[] arguments(String... more) {
        return Stream.concat(Arrays.stream(WEB), Arrays.stream(more)).toArray(String[]::new);
    }

    /** Of the root package, which alone is compiled for Java 17. */
    private static boolean isValue(String engineClass) {
        return engineClass.matches("io\\.smc4j\\.engine\\.(report\\.)?[A-Z][^.]*");
    }

    /**
     * One JDK of each version before 22: the ones that run Maven, are on the path, or are installed beside the one in
     * use.
     */
    static Stream<Path> oldRuntimes() throws IOException {
        List<Path> homes = new ArrayList<>();
        Stream.of(System.getProperty("maven.java.home"), System.getenv("JAVA_HOME"))
                .filter(Objects::nonNull).map(Path::of).forEach(homes::add);
        for (String entry : System.getenv("PATH").split(File.pathSeparator)) {
            Path java = Path.of(entry, "java");
            if (Files.isExecutable(java)) {
                homes.add(java.toRealPath().getParent().getParent());
            }
        }
        try (Stream<Path> beside = Files.list(Path.of(System.getProperty("java.home")).getParent())) {
            beside.sorted().forEach(homes::add);
        }
        Map<Integer, Path> byVersion = new TreeMap<>();
        for (Path home : homes) {
            byVersion.putIfAbsent(feature(home), home);
        }
        byVersion.keySet().removeIf((version) -> version < 17 || version >= 22);
        assumeThat(byVersion).as("No JDK 17 to 21 was found: Java versions without the engine are not tested")
                .isNotEmpty();
        return byVersion.values().stream();
    }

    /** The version by the file that each JDK has, or 0. */
    private static int feature(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/java"))) {
            return 0;
        }
        Matcher version = VERSION.matcher(Files.readString(release));
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }
}
