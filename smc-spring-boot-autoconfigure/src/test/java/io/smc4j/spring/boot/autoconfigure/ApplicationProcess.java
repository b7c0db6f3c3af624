package io.smc4j.spring.boot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs {@link ProbeApplication} to its end in a process of its own, on another Java version or another class path than
 * the tests'.
 *
 * @param exitCode the process's
 * @param output what it wrote, errors as well
 * @param loadedEngineClasses names of the engine's classes that it loaded
 */
record ApplicationProcess(int exitCode, String output, List<String> loadedEngineClasses) {

    private static final Pattern LOADED = Pattern.compile(" (io\\.smc4j\\.engine\\.\\S+)");

    static ApplicationProcess run(Path javaHome, Predicate<String> classPathEntries, Path directory,
            String... arguments)
            throws IOException, InterruptedException {
        return run(javaHome, ProbeApplication.class.getName(), List.of(), classPath(classPathEntries), directory,
                arguments);
    }

    /** Runs another program, with further options of the JVM, and with directories before the tests' class path. */
    static ApplicationProcess run(String main, List<String> options, List<Path> directories, Path directory,
            String... arguments) throws IOException, InterruptedException {
        String classPath = Stream.concat(directories.stream().map(Path::toString), Stream.of(classPath(entry -> true)))
                .collect(Collectors.joining(File.pathSeparator));
        return run(Path.of(System.getProperty("java.home")), main, options, classPath, directory, arguments);
    }

    private static ApplicationProcess run(Path javaHome, String main, List<String> options, String classPath,
            Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin/java").toString(),
                "-Xlog:class+load:file=" + directory.resolve("classes.txt"),
                "-Dserver.tomcat.basedir=" + directory.resolve("tomcat"), "-cp", classPath, main));
        command.addAll(1, options);
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Application does not end:\n" + Files.readString(output));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (Stream<String> classes = Files.lines(directory.resolve("classes.txt"))) {
            return new ApplicationProcess(process.exitValue(), Files.readString(output),
                    classes.map(LOADED::matcher).filter(Matcher::find).map((line) -> line.group(1)).toList());
        }
    }

    private static String classPath(Predicate<String> entries) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entries)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
