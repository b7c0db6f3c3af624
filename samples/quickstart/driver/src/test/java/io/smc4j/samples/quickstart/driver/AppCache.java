package io.smc4j.samples.quickstart.driver;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An application unpacked, with an ahead-of-time cache of its classes. Where the processor is emulated, it starts in
 * less than half the time so. A JVM that knows no such caches, or finds that this one is not of its making, does
 * without.
 */
final class AppCache {

    /** What the cache depends on. */
    private static final List<String> JVM_OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
            "-XX:+IgnoreUnrecognizedVMOptions");
    private static final String CACHE = "classes.aot";

    private AppCache() {
    }

    /**
     * Unpacks the built application and starts it once, for the cache.
     *
     * @param samples the directory of the sample's modules
     * @param lab where the application's directory is made
     */
    static void prepare(Path samples, Path lab, LabApp.Kind kind) throws IOException, InterruptedException {
        Path directory = lab.resolve(kind.toString());
        run(lab.resolve(kind + "-prepared.log"), List.of(java(), "-Djarmode=tools",
                "-jar", jar(samples.resolve(kind + "/target"), kind).toString(), "extract", "--force", "--destination",
                directory.toString()));
        Files.deleteIfExists(directory.resolve(CACHE));
        List<String> training = new ArrayList<>(List.of(java()));
        training.addAll(JVM_OPTIONS);
        training.addAll(List.of("-XX:AOTCacheOutput=" + directory.resolve(CACHE), "-Dspring.context.exit=onRefresh",
                "-jar", jar(directory, kind).toString(), "--server.port=0"));
        run(lab.resolve(kind + "-prepared.log"), training);
    }

    /** The command that starts a prepared application, to which its arguments are added. */
    static List<String> command(Path lab, LabApp.Kind kind) throws IOException {
        Path directory = lab.resolve(kind.toString());
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-XX:AOTCache=" + directory.resolve(CACHE), "-jar", jar(directory, kind).toString()));
        return command;
    }

    private static void run(Path log, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + Files.readString(log));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path jar(Path directory, LabApp.Kind kind) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "quickstart-" + kind + "-*.jar")) {
            return jars.iterator().next();
        }
    }
}
