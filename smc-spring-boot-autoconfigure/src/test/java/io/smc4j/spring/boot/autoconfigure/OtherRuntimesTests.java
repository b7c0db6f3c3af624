package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole applications on a Java version or a class path other than the tests'. */
class OtherRuntimesTests {

    private static final String[] WEB = {"--server.port=0", "--management.endpoints.web.exposure.include=smc,health",
            "--management.endpoint.health.show-details=always"};

    @TempDir
    private Path directory;

    @Test
    void java17StaysOnTcpAndSaysWhy() throws Exception {
        ApplicationProcess application = ApplicationProcess.run(java17(), (entry) -> true, directory,
                arguments("/greeting", "/actuator/smc", "/actuator/health"));
        String cause = "Java 17 < 22, the first with the Foreign Function & Memory API";
        assertThat(application.exitCode()).as(application.output()).isZero();
        assertThat(application.loadedEngineClasses()).isEmpty();
        assertThat(application.output())
                .contains("SMC is off: " + cause + "; HTTP stays on TCP")
                .contains("ANSWER /greeting 200 hello")
                .contains("ANSWER /actuator/smc 200 {\"available\":false,\"cause\":\"" + cause + "\"")
                .contains("\"smc\":{\"status\":\"UP\",\"details\":{\"available\":false,\"cause\":\"" + cause + "\"}}")
                .doesNotContain("UnsupportedClassVersionError");
    }

    @Test
    void java17ChecksTheSettingsAsWell() throws Exception {
        ApplicationProcess application = ApplicationProcess.run(java17(), (entry) -> true, directory,
                arguments("--smc.buffers.receive-size=8MB"));
        assertThat(application.exitCode()).as(application.output()).isEqualTo(1);
        assertThat(application.loadedEngineClasses()).isEmpty();
        assertThat(application.output()).contains("APPLICATION FAILED TO START", "Property: smc.buffers.receive-size",
                "Value: \"8MB\"", "Permitted: between 16KB and 1MB");
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

    /** The JDK that runs Maven, or the first one on the path, if it is a 17. */
    private static Path java17() {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getProperty("maven.java.home"), System.getenv("JAVA_HOME"))
                                .filter(Objects::nonNull).map(Path::of),
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                                .map((entry) -> Path.of(entry, "java")).filter(Files::isExecutable).limit(1)
                                .map(OtherRuntimesTests::home))
                .filter(OtherRuntimesTests::isJava17)
                .findFirst();
        assumeThat(found).as("No JDK 17 runs Maven or is on the PATH: Java 17 is not tested").isPresent();
        return found.orElseThrow();
    }

    private static Path home(Path java) {
        try {
            return java.toRealPath().getParent().getParent();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isJava17(Path home) {
        try {
            Path release = home.resolve("release");
            return Files.isRegularFile(release) && Files.readString(release).contains("JAVA_VERSION=\"17");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
