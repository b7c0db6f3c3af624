package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's PostgreSQL, by JDBC. */
class PostgresIT {

    /** Whom Debian has it run as. It refuses to run as root. */
    private static final String USER = "postgres";

    @TempDir
    private Path directory;

    @Test
    void keepsPieces() throws Exception {
        ForeignServer.find("initdb", directories());
        if (isRoot()) {
            Files.setOwner(directory, directory.getFileSystem().getUserPrincipalLookupService()
                    .lookupPrincipalByName(USER));
        }
        String data = directory.resolve("data").toString();
        try (Program initdb = run("initdb", "-D", data, "-U", "smc4j", "--auth=trust", "--no-sync")) {
            assertThat(initdb.exitCode()).as(initdb::text).isZero();
        }
        int port = FreePort.find();
        try (Program server = run("postgres", "-D", data, "-p", Integer.toString(port), "-k", "", "-F")) {
            server.awaitMatch("(ready to accept connections)");
            ForeignServer.assertPlainTcp(port, JdbcProgram.class,
                    to -> "jdbc:postgresql://127.0.0.1:" + to + "/postgres");
            assertThat(server.terminate()).as(server::text).isZero();
        }
    }

    private static boolean isRoot() throws Exception {
        return Files.getOwner(Path.of("/proc/self")).getName().equals("root");
    }

    /** Starts it where that user may look around, which it does. */
    private Program run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--chdir", directory.toString()));
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"));
        }
        command.add(ForeignServer.find(program, directories()).toString());
        command.addAll(List.of(arguments));
        return Program.run(program, command);
    }

    /** Debian keeps each version in a directory of its own. */
    private static Path[] directories() throws Exception {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return new Path[0];
        }
        try (Stream<Path> each = Files.list(versions)) {
            return each.map(version -> version.resolve("bin")).toArray(Path[]::new);
        }
    }
}
