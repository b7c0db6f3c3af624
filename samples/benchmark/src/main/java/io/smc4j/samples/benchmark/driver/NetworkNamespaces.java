package io.smc4j.samples.benchmark.driver;

import io.smc4j.samples.benchmark.driver.Place.Both;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two network namespaces, as two containers have, with a wire between them and directories that both see. A process
 * holds each; it ends with this one, and the namespace with it.
 */
final class NetworkNamespaces implements AutoCloseable {

    private static final String CLIENT = "10.99.98.1";
    private static final String SERVER = "10.99.98.2";
    private static final String COMMON = "common";
    private static final String OF_CLIENT = "of-client";
    private static final String OF_SERVER = "of-server";
    private static final String READY = "ready";
    private static final int PATIENCE_SECONDS = 10;

    private final List<Process> holders = new ArrayList<>();
    private final Path directory;
    private final Thread atExit = new Thread(this::delete);
    private final Both<List<String>> enter;

    private NetworkNamespaces() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("smc4j-benchmark");
        Runtime.getRuntime().addShutdownHook(atExit);
        boolean made = false;
        try {
            for (String name : List.of(COMMON, OF_CLIENT, OF_SERVER)) {
                Files.createDirectory(directory.resolve(name));
            }
            boolean isRoot = isRoot();
            // Others need a user namespace, in which they may do what root may.
            List<String> client = enter(hold(isRoot ? List.of() : List.of("--user", "--map-root-user"), List.of()),
                    !isRoot);
            enter = new Both<>(client, enter(hold(List.of(), isRoot ? List.of() : client), !isRoot));
            connect();
            made = true;
        } finally {
            if (!made) {
                close();
            }
        }
    }

    /** @throws MeasurementException if that is not possible here */
    static NetworkNamespaces open() throws InterruptedException {
        try {
            return new NetworkNamespaces();
        } catch (IOException e) {
            throw new MeasurementException("no network namespaces can be made here, as root or by unshare -Urn: "
                    + e.getMessage());
        }
    }

    private static boolean isRoot() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    private Process hold(List<String> options, List<String> in) throws IOException {
        List<String> command = new ArrayList<>(in);
        command.add("unshare");
        command.addAll(options);
        command.addAll(List.of("--net", "--", "sh", "-c", "echo " + READY + "; exec cat"));
        Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        holders.add(holder);
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        String first = output.readLine();
        if (!READY.equals(first)) {
            throw new IOException(first);
        }
        return holder;
    }

    private static List<String> enter(Process holder, boolean user) {
        String namespaces = "/proc/" + holder.pid() + "/ns/";
        List<String> command = new ArrayList<>(List.of("nsenter"));
        if (user) {
            command.addAll(List.of("--user=" + namespaces + "user", "--preserve-credentials"));
        }
        command.addAll(List.of("--net=" + namespaces + "net", "--"));
        return command;
    }

    private void connect() throws IOException, InterruptedException {
        long server = holders.get(1).pid();
        run(enter.client(), "ip link set lo up; ip link add wire type veth peer name wire netns " + server
                + "; ip address add " + CLIENT + "/30 dev wire; ip link set wire up");
        run(enter.server(), "ip link set lo up; ip address add " + SERVER + "/30 dev wire; ip link set wire up");
    }

    private static void run(List<String> in, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(in);
        command.addAll(List.of("sh", "-e", "-c", script));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(output);
        }
    }

    // ---- places

    /** Both in the client's namespace, without a directory. */
    Place together() {
        return new Place(new Both<>(enter.client(), enter.client()), null, new Both<>("", ""));
    }

    /** Each in its own, without a directory. */
    Place apart() {
        return new Place(enter, SERVER, new Both<>("", ""));
    }

    /** Each in its own, with a directory in common. */
    Place met() {
        String common = directory(COMMON);
        return new Place(enter, SERVER, new Both<>(common, common));
    }

    /** Each in its own, each with a directory in which there is nobody else. */
    Place alone() {
        return new Place(enter, SERVER, new Both<>(directory(OF_CLIENT), directory(OF_SERVER)));
    }

    private String directory(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public void close() {
        for (Process holder : holders) {
            holder.destroy();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
        delete();
    }

    private void delete() {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("cannot delete " + directory + ": " + e.getMessage());
        }
    }
}
