package io.smc4j.engine.reach;

import static org.junit.jupiter.api.Assumptions.abort;

import io.smc4j.engine.Smc;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Network namespaces. Each is held by a process that reads its standard input: they have no names that could stay
 * behind, and end with this process whatever becomes of it. As root they are the host's; else they are those of a user
 * namespace in which this process's user is root.
 */
final class Namespaces implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;
    private static final String HOLD = "echo held; exec cat";

    private final boolean privileged;
    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final List<AutoCloseable> tenants = new ArrayList<>();
    private Space first;
    private int count;

    /** @param prefix what a command that is to run in it begins with */
    record Space(Process holder, List<String> prefix) {

        long pid() {
            return holder.pid();
        }
    }

    private Namespaces(boolean privileged) throws IOException {
        this.privileged = privileged;
        this.directory = Files.createTempDirectory("smc4j-reach-");
        chmod(directory, "rwxr-xr-x");
    }

    /** Skips the test, with one line that says why, where namespaces cannot be made. */
    static Namespaces open() throws IOException {
        for (String tool : List.of("unshare", "nsenter", "ip", "setpriv")) {
            if (!hasTool(tool)) {
                skip("needs " + tool + " (util-linux and iproute2)");
            }
        }
        String wire = "ip link add smc4j-a type veth peer name smc4j-b";
        if (succeeds("unshare", "--net", "sh", "-c", wire)) {
            return new Namespaces(true);
        }
        if (!succeeds("unshare", "--user", "--map-root-user", "--net", "sh", "-c", wire)) {
            skip("may make no network namespaces (neither root nor unshare --user --net)");
        }
        return new Namespaces(false);
    }

    /** Skips the test, and says why in the output, where a skipped test is but a number. */
    static void skip(String why) {
        System.err.println("tests between network namespaces skipped: " + why);
        abort(why);
    }

    /** Whether a program is there, as root finds it. */
    static boolean hasTool(String name) {
        return Stream.of("/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin")
                .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
    }

    private static boolean succeeds(String... command) throws IOException {
        try {
            return end(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start())
                    == 0;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static int end(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("does not end: " + process.info());
        }
        return process.exitValue();
    }

    /** Skips the test unless processes can run as other users. */
    void requireUsers() {
        if (!privileged) {
            skip("processes cannot run as several users");
        }
    }

    /** Makes a namespace with its loopback interface up. */
    Space add() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (!privileged && first == null) {
            command.addAll(List.of("unshare", "--user", "--map-root-user", "--net", "--mount"));
        } else if (!privileged) {
            command.addAll(List.of("nsenter", "--target", "" + first.pid(), "--user", "--preserve-credentials",
                    "unshare", "--net", "--mount"));
        } else {
            command.addAll(List.of("unshare", "--net", "--mount"));
        }
        command.addAll(List.of("sh", "-c", HOLD));
        Process holder = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        processes.add(holder);
        if (!"held".equals(holder.inputReader().readLine())) {
            throw new IOException("no namespace");
        }
        List<String> prefix = new ArrayList<>(List.of("nsenter", "--target", "" + holder.pid(), "--net", "--mount"));
        if (!privileged) {
            prefix.addAll(List.of("--user", "--preserve-credentials"));
        }
        Space space = new Space(holder, prefix);
        first = first == null ? space : first;
        run(space, "ip link set lo up");
        return space;
    }

    /**
     * Joins two namespaces by a pair of interfaces, which are ready for both families then. An end is the interface's
     * name and its addresses with their prefix lengths.
     */
    void join(Space one, List<String> oneEnd, Space other, List<String> otherEnd)
            throws IOException, InterruptedException {
        run(one, "ip link add " + oneEnd.get(0) + " type veth peer name " + otherEnd.get(0) + " netns " + other.pid());
        configure(one, oneEnd);
        configure(other, otherEnd);
    }

    private void configure(Space space, List<String> end) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("ip link set " + end.get(0) + " up\n");
        for (String address : end.subList(1, end.size())) {
            script.append("ip addr add ").append(address).append(" dev ").append(end.get(0))
                    .append(address.contains(":") ? " nodad\n" : "\n");
        }
        run(space, script.toString());
    }

    /** Runs a shell script in a namespace. */
    void run(Space space, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(space.prefix());
        command.addAll(List.of("sh", "-e", "-c", script));
        Path output = Files.createTempFile(directory, "run", ".txt");
        int status = end(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start());
        if (status != 0) {
            throw new IOException(script + " ended with " + status + ": " + Files.readString(output));
        }
        Files.delete(output);
    }

    /** Starts a program in a namespace that ends at the latest when this is closed. */
    Process start(Space space, String... program) throws IOException {
        List<String> command = new ArrayList<>(space.prefix());
        command.addAll(List.of(program));
        Path output = directory.resolve("program" + ++count + ".txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        processes.add(process);
        return process;
    }

    /** Ends a process and those that it has started, and waits until they are gone. */
    static void kill(Process process) throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        for (ProcessHandle handle : all) {
            handle.onExit().join();
        }
    }

    /** What is to be closed first when this is closed. */
    <T extends AutoCloseable> T own(T tenant) {
        tenants.add(tenant);
        return tenant;
    }

    /** A new path in a directory that everybody can read. */
    Path newPath(String name) {
        return directory.resolve(name + "-" + ++count);
    }

    /** A new directory that everybody can read. */
    Path newDirectory(String name, String permissions) throws IOException {
        Path path = Files.createDirectory(newPath(name));
        chmod(path, permissions);
        return path;
    }

    /** A new directory that everybody may write to, as /tmp. */
    Path newSharedDirectory() throws IOException, InterruptedException {
        Path path = Files.createDirectory(newPath("shared"));
        makeShared(path);
        return path;
    }

    /** Has a directory be for all, as /tmp. */
    static void makeShared(Path path) throws IOException, InterruptedException {
        if (end(new ProcessBuilder("chmod", "1777", path.toString()).start()) != 0) {
            throw new IOException("no mode 1777 for " + path);
        }
    }

    static void chmod(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** The class path of {@link Agent} in a place where all users can read it. */
    synchronized Path classes() throws IOException {
        Path classes = directory.resolve("classes");
        if (!Files.exists(classes)) {
            copy(location(Smc.class), classes, "");
            copy(location(Agent.class), classes, Agent.class.getPackageName().replace('.', '/'));
        }
        return classes;
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to, String part) throws IOException {
        try (Stream<Path> files = Files.walk(from.resolve(part))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable tenant : tenants.reversed()) {
            tenant.close();
        }
        for (Process process : processes.reversed()) {
            kill(process);
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
