package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine's command line looks into an application that runs from Spring Boot's executable jar. */
@Timeout(300)
class ShowIT {

    private final Path target = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent()
            .resolve("inventory/target");

    @Test
    void showsTheEngineOfAnExecutableJar(@TempDir Path directory) throws Exception {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "quickstart-inventory-*.jar")) {
            Path jar = jars.iterator().next();
            Path engine = engineOf(jar, directory);
            Process application = java(jar, "--server.port=0", "--smc.shared-memory.directory=");
            try {
                String log = awaitLine(application, "Started InventoryApplication");
                for (List<String> options : List.of(List.<String>of(), List.of("--json"))) {
                    List<String> arguments = new ArrayList<>(options);
                    arguments.addAll(List.of("show", Long.toString(application.pid())));
                    Process show = java(engine, arguments.toArray(String[]::new));
                    String said = new String(show.getInputStream().readAllBytes());
                    assertThat(said).as(log).startsWith(options.isEmpty() ? "SMC is on\n"
                            : "{\"pid\":" + application.pid() + ",\"engines\":[{\"id\":1,\"gid\":\"");
                    assertThat(show.waitFor()).isZero();
                }
            } finally {
                application.destroyForcibly().waitFor();
            }
        }
    }

    static Path engineOf(Path jar, Path directory) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String name = file.stream().map(entry -> entry.getName())
                    .filter(entry -> entry.startsWith("BOOT-INF/lib/smc-engine-")).findFirst().orElseThrow();
            try (InputStream stream = file.getInputStream(file.getEntry(name))) {
                Path engine = directory.resolve("smc-engine.jar");
                Files.copy(stream, engine);
                return engine;
            }
        }
    }

    static Process java(Path jar, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Returns all lines up to the one that says so. */
    static String awaitLine(Process process, String wanted) throws IOException {
        StringBuilder seen = new StringBuilder();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.append(line).append('\n');
            if (line.contains(wanted)) {
                return seen.toString();
            }
        }
        throw new AssertionError(seen);
    }
}
