package io.smc4j.engine.cli;

import io.smc4j.engine.testsupport.Lines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The command line in a process of its own, with its output collected. Closing it ends the process. */
final class EngineProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final CompletableFuture<byte[]> output;
    private final Lines errors;

    private EngineProcess(Process process) {
        this.process = process;
        this.output = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), EngineProcess::inThread);
        this.errors = new Lines(process.errorReader(StandardCharsets.UTF_8));
    }

    static EngineProcess start(String... args) throws IOException {
        return start(Path.of(System.getProperty("java.home")), args);
    }

    /** Runs the command line by the Java installed in a directory. */
    static EngineProcess start(Path javaHome, String... args) throws IOException {
        return start(javaHome, List.of(), args);
    }

    /** Runs it with options of the Java virtual machine. */
    static EngineProcess startWith(List<String> options, String... args) throws IOException {
        return start(Path.of(System.getProperty("java.home")), options, args);
    }

    private static EngineProcess start(Path javaHome, List<String> options, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(options);
        if (javaHome.equals(Path.of(System.getProperty("java.home")))) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-cp", classPath(), Launcher.class.getName()));
        command.addAll(List.of(args));
        return new EngineProcess(new ProcessBuilder(command).start());
    }

    private static String classPath() {
        try {
            return Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /** Feeds standard input to its end. */
    EngineProcess feed(byte[] bytes) {
        inThread(() -> {
            try (OutputStream input = process.getOutputStream()) {
                input.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return this;
    }

    /** Waits for a line on standard error and returns it. */
    String awaitError(Predicate<String> wanted) throws InterruptedException {
        return errors.await(wanted, errors);
    }

    /** Waits for {@code listening}; the port. */
    int awaitPort() throws InterruptedException {
        String line = awaitError(text -> text.startsWith("listening "));
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; standard error: " + errors);
        }
        return process.exitValue();
    }

    byte[] output() throws InterruptedException, ExecutionException, TimeoutException {
        return output.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    String outputText() throws InterruptedException, ExecutionException, TimeoutException {
        return new String(output(), StandardCharsets.UTF_8);
    }

    /** All lines of standard error, once it has ended. */
    List<String> errors() throws InterruptedException {
        return errors.all();
    }

    private static byte[] readAll(InputStream stream) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (stream) {
            stream.transferTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void inThread(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
