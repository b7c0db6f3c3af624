package io.smc4j.samples.benchmark.driver;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process of this jar, such as a server or client. It ends when its standard input does, so with this process at the
 * latest; one that hangs is killed. Used by one thread.
 */
public final class PeerProcess implements AutoCloseable {

    private static final String END = "";
    private static final int CLOSE_SECONDS = 5;
    private static final int DUMP_SECONDS = 10;
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        // A signal ends this process without any close(): those that hang would not notice the end of their input.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final File log;
    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final String ready;

    /**
     * Starts one and waits until it is ready.
     *
     * @param command without what makes it this peer
     * @param log gets its standard error
     * @throws MeasurementException with its reason if it cannot start; it has ended then
     */
    public PeerProcess(String name, List<String> command, List<String> arguments, File log, Duration patience)
            throws IOException, InterruptedException {
        this.name = name;
        this.log = log;
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        process = new ProcessBuilder(whole).redirectError(log).start();
        ALIVE.add(process);
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("output of " + name).start(this::collect);
        boolean started = false;
        try {
            String first = answer("its start", patience);
            if (!first.startsWith("ready")) {
                throw new MeasurementException(name + " does not start: " + Answer.reason(first));
            }
            ready = first.substring("ready".length()).strip();
            started = true;
        } finally {
            if (!started) {
                kill();
            }
        }
    }

    private void collect() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = output.readLine()) != null; ) {
                if (!line.equals(END)) {
                    answers.add(line);
                }
            }
        } catch (IOException e) {
            // It was ended.
        } finally {
            answers.add(END);
        }
    }

    /** The address of a server. */
    public String address() {
        return ready;
    }

    /** As the operating system knows it. */
    long pid() {
        return process.pid();
    }

    /**
     * Has a command carried out.
     *
     * @throws PeerGoneException if it is not answered in time; the process is killed then, as a late answer would be
     *        taken for
     *         the next command's
     * @throws MeasurementException if the peer says that it failed
     */
    Answer ask(String command, Duration patience) throws InterruptedException {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            kill();
            throw new PeerGoneException(name + " has ended");
        }
        return Answer.parse(name, command, answer("'" + command + "'", patience));
    }

    private String answer(String to, Duration patience) throws InterruptedException {
        String answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null) {
            dumpThreads();
            kill();
            throw new PeerGoneException(name + " does not answer " + to + " within " + patience.toSeconds() + " s, see "
                    + log);
        }
        if (answer.equals(END)) {
            answers.add(END);
            throw new PeerGoneException(name + " has ended");
        }
        return answer;
    }

    /** What it was at goes to its log, where the tools of a JDK are there. */
    private void dumpThreads() throws InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process dump = new ProcessBuilder(tool, Long.toString(process.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
            if (!dump.waitFor(DUMP_SECONDS, TimeUnit.SECONDS)) {
                dump.destroyForcibly();
            }
        } catch (IOException e) {
            // No such tool: then without.
        }
    }

    /** Ends it at once; {@link #end} waits until it has ended. */
    public void kill() {
        process.destroyForcibly();
        ALIVE.remove(process);
    }

    @Override
    public void close() {
        end(Duration.ofSeconds(CLOSE_SECONDS));
    }

    /** Has it end, for which it may take a while; then it is killed. */
    public void end(Duration patience) {
        try {
            commands.close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ALIVE.remove(process);
    }

    /** The command that starts the jar this class is in. */
    public static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.smc4j.samples.benchmark.Main"));
        return command;
    }
}
