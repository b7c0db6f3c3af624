package io.smc4j.samples.benchmark.driver;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server or client process. It ends when its standard input does, so with this process at the latest. */
final class PeerProcess implements AutoCloseable {

    private static final String END = "";
    private static final int START_SECONDS = 60;

    private final String name;
    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final String ready;

    /**
     * Starts one and waits until it is ready.
     *
     * @param command without what makes it this peer
     * @param log gets its standard error
     * @throws MeasurementException if it cannot start
     */
    PeerProcess(String name, List<String> command, List<String> arguments, File log) throws IOException, InterruptedException {
        this.name = name;
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        process = new ProcessBuilder(whole).redirectError(log).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("output of " + name).start(this::collect);
        String first = answer("its start", START_SECONDS);
        if (!first.startsWith("ready")) {
            close();
            throw new MeasurementException(name + " does not start: " + first.replaceFirst("^failed ", ""));
        }
        ready = first.substring("ready".length()).strip();
    }

    private void collect() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = output.readLine()) != null; ) {
                answers.add(line);
            }
        } catch (IOException e) {
            // It was ended.
        } finally {
            answers.add(END);
        }
    }

    /** The address of a server. */
    String address() {
        return ready;
    }

    /**
     * Has a command carried out.
     *
     * @return the figures of the answer
     * @throws MeasurementException if it fails, or is not answered in time
     */
    Map<String, Long> ask(String command, int seconds) throws IOException, InterruptedException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answer("'" + command + "'", seconds);
        if (!answer.startsWith("ok")) {
            throw new MeasurementException(name + ": " + command + ": " + answer.replaceFirst("^failed ", ""));
        }
        Map<String, Long> figures = new HashMap<>();
        for (String word : answer.substring(2).strip().split(" +")) {
            String[] parts = word.split("=", 2);
            figures.put(parts[0], Long.parseLong(parts[1]));
        }
        return figures;
    }

    private String answer(String to, int seconds) throws InterruptedException {
        String answer = answers.poll(seconds, TimeUnit.SECONDS);
        if (answer == null) {
            throw new MeasurementException(name + " does not answer " + to + " within " + seconds + " s");
        }
        if (answer.equals(END)) {
            answers.add(END);
            throw new MeasurementException(name + " has ended");
        }
        return answer;
    }

    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The command that starts the jar this class is in. */
    static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.smc4j.samples.benchmark.Main"));
        return command;
    }
}
