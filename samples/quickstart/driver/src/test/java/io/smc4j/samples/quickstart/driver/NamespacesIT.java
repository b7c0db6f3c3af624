package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both applications in network namespaces of their own, as by {@code ./quickstart --namespaces}, and as two users. */
@Timeout(600)
class NamespacesIT {

    private static final long LIMIT_SECONDS = 500;

    private final Path sample = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    @TempDir
    private Path directory;

    @BeforeEach
    void requireNamespaces() throws Exception {
        for (String tool : List.of("ip", "nft", "nsenter", "setpriv", "unshare")) {
            if (Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").map(path -> Path.of(path, tool))
                    .noneMatch(Files::isExecutable)) {
                skip("there is no " + tool);
            }
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (!succeeds("unshare", "--net", "ip", "link", "add", "smc4j0", "type", "veth")) {
            skip("network namespaces cannot be made, as root can");
        }
        if (!succeeds("unshare", "--net", "nft", "table ip smc4j { chain output { type nat hook output priority -100;"
                + " tcp dport 80 dnat to 192.0.2.1:80; }; }")) {
            skip("the kernel translates no addresses for nft");
        }
        if (!succeeds("setpriv", "--reuid", NamespacesTrial.USER, "--regid", NamespacesTrial.USER, "--clear-groups",
                "test", "-x", java(), "-a", "-x", directory.toString())) {
            skip("another user may not run Java, or not in a temporary directory");
        }
    }

    private static void skip(String why) {
        System.err.println("test of the applications in two network namespaces skipped: " + why);
        abort(why);
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start().waitFor()
                == 0;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Test
    void theApplicationsShareMemory() throws Exception {
        // Where every user can read them, which may not be so where they were built.
        for (String application : List.of("inventory", "catalog")) {
            Files.copy(jar(application), directory.resolve(application + ".jar"));
        }
        Path log = directory.resolve("trial.log");
        Process trial = new ProcessBuilder("unshare", "--net", "--", sample.resolve("in-namespaces").toString(), java(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                NamespacesTrial.class.getName(), directory.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            boolean ended = trial.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);

            String said = Files.readString(log);
            assertThat(ended).as(said).isTrue();
            assertThat(trial.exitValue()).as(said).isZero();
        } finally {
            trial.descendants().forEach(ProcessHandle::destroyForcibly);
            trial.destroyForcibly().waitFor();
        }
    }

    private Path jar(String application) throws IOException {
        Path target = sample.resolve(application).resolve("target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "quickstart-" + application + "-*.jar")) {
            return jars.iterator().next();
        }
    }
}
