package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application in the forms that Spring Boot's executable jar can be extracted to, as for images of containers. */
@Timeout(300)
class LayoutsIT {

    private static final Pattern PORT = Pattern.compile("started on port (\\d+)");

    private final Path target = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent()
            .resolve("inventory/target");

    @ParameterizedTest
    @ValueSource(strings = {"", "--layers", "--launcher", "--layers --launcher"})
    void isCarried(String layout, @TempDir Path directory) throws Exception {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "quickstart-inventory-*.jar")) {
            Path jar = jars.iterator().next();
            Path extracted = extract(jar, layout, directory);
            Process application = start(extracted, layout.contains("--launcher"), jar.getFileName().toString());
            try {
                String log = ShowIT.awaitLine(application, "started on port");
                assertThat(log).contains("SMC is on: client and server").doesNotContain("WARNING: A restricted method");
                Matcher port = PORT.matcher(log);
                assertThat(port.find()).isTrue();
                Process check = ShowIT.java(ShowIT.engineOf(jar, directory), "check", "localhost:" + port.group(1));
                String said = new String(check.getInputStream().readAllBytes());
                assertThat(check.waitFor()).as(said).isZero();
                assertThat(said).contains("connections run on SMCD");
            } finally {
                application.destroyForcibly().waitFor();
            }
        }
    }

    private static Path extract(Path jar, String layout, Path directory) throws Exception {
        Path extracted = directory.resolve("extracted");
        List<String> command = new ArrayList<>(List.of(java(), "-Djarmode=tools", "-jar", jar.toString(), "extract",
                "--destination", extracted.toString()));
        command.addAll(List.of(layout.isEmpty() ? new String[0] : layout.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
        return layout.contains("--layers") ? merged(extracted, directory.resolve("merged")) : extracted;
    }

    /** As a container's image has its layers one upon the other. */
    private static Path merged(Path layers, Path merged) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(layers)) {
            for (Path layer : all) {
                copy(layer, merged);
            }
        }
        return merged;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static Process start(Path directory, boolean byLauncher, String jar) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        // The manifest, which permits native access, counts with -jar only.
        command.addAll(byLauncher ? List.of("--enable-native-access=ALL-UNNAMED",
                "org.springframework.boot.loader.launch.JarLauncher") : List.of("-jar", jar));
        command.addAll(List.of("--server.port=0", "--smc.shared-memory.directory="));
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
