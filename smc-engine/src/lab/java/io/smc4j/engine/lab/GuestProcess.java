package io.smc4j.engine.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another process in the lab's machine, with its output (standard output and error) collected by lines. Closing it ends
 * it by its id. Safe for use by several threads.
 */
public final class GuestProcess implements AutoCloseable {

    /** For a Java process here: one compiler and one thread for garbage, as processors are slow and few. */
    static final List<String> JAVA_OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
            "-Xmx512m", "--enable-native-access=ALL-UNNAMED");

    private static final Duration PATIENCE = Guest.patience(Duration.ofSeconds(15));

    private static final Duration CLOSE_PATIENCE = Guest.patience(Duration.ofSeconds(2));

    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread collector;
    private int consumed;
    private boolean ended;

    private GuestProcess(List<String> command) throws IOException {
        name = String.join(" ", command);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        collector = Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::collect);
    }

    /** Starts any program. */
    public static GuestProcess start(String... command) throws IOException {
        return new GuestProcess(List.of(command));
    }

    /** Starts a Java process with the class path of this one. */
    public static GuestProcess java(Class<?> main, String... arguments) throws IOException {
        return new GuestProcess(javaCommand(main, arguments));
    }

    /** What {@link #java} starts, to be given to another command. */
    public static List<String> javaCommand(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts {@code smc.py}, the kernel's side: {@code smc("listen", "echo", End.B.ip(), "0")}. */
    public static GuestProcess smc(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", Guest.variable("LAB_SMC")));
        command.addAll(List.of(arguments));
        return new GuestProcess(command);
    }

    private void collect() {
        try (BufferedReader output = process.inputReader()) {
            for (String line; (line = output.readLine()) != null; ) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was ended while it wrote.
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    /**
     * Waits for a line, among those after the one that was last waited for.
     *
     * @param pattern a regular expression that matches a part of the line
     * @throws AssertionError with all the output, if the process ends its output without such a line or is too slow
     */
    public Matcher await(String pattern) throws InterruptedException {
        Pattern wanted = Pattern.compile(pattern);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lines) {
            while (true) {
                while (consumed < lines.size()) {
                    Matcher matcher = wanted.matcher(lines.get(consumed++));
                    if (matcher.find()) {
                        return matcher;
                    }
                }
                long left = deadline - System.nanoTime();
                if (ended || left <= 0) {
                    throw failure("did not print " + pattern + (ended ? "" : " within " + PATIENCE.toSeconds() + " s"));
                }
                TimeUnit.NANOSECONDS.timedWait(lines, left);
            }
        }
    }

    /**
     * Waits for the port of a listener: {@code smc.py}'s, or of any process that prints {@code listening ADDRESS:PORT}.
     */
    public int awaitPort() throws InterruptedException {
        return Integer.parseInt(await("^listening .*:(\\d+)$").group(1));
    }

    /** Waits for the end, and of the output too. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw failure("did not end within " + PATIENCE.toSeconds() + " s");
        }
        collector.join(PATIENCE);
        return process.exitValue();
    }

    /** Waits for the end, which must be with status 0. */
    public void awaitSuccess() throws InterruptedException {
        int code = exitCode();
        if (code != 0) {
            throw failure("ended with status " + code);
        }
    }

    /** What it has printed until now. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Its standard input. */
    public OutputStream input() {
        return process.getOutputStream();
    }

    public long pid() {
        return process.pid();
    }

    /** Sends a signal: {@code KILL}, {@code STOP}, {@code CONT}. */
    public void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(pid())).inheritIO().start().waitFor();
    }

    private AssertionError failure(String what) {
        return new AssertionError(name + ": " + what + "; its output:\n" + String.join("\n", lines()));
    }

    /** Not for ever: one that waits within the kernel may not end. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw failure("cannot be killed");
        }
    }
}
