package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A server that is no Java program, and has never heard of SMC. */
final class ForeignServer {

    private ForeignServer() {
    }

    /** Where a program is installed, among the path and more directories; without it there is no test. */
    static Path find(String name, Path... more) {
        Stream<Path> path = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        Optional<Path> program = Stream.concat(path, Arrays.stream(more)).map(each -> each.resolve(name))
                .filter(Files::isExecutable).findFirst();
        assumeTrue(program.isPresent(), () -> name + " is not installed");
        return program.get();
    }

    /**
     * A client keeps pieces there, directly and through a tap. It uses TCP, and what it sends is the same with the
     * agent as without.
     *
     * @param argument the client's for a port
     */
    static void assertPlainTcp(int port, Class<?> client, IntFunction<String> argument) throws Exception {
        keep(true, client, argument.apply(port));
        byte[][] sent = new byte[2][];
        for (boolean agent : new boolean[] {false, true}) {
            try (Tap tap = new Tap(port)) {
                keep(agent, client, argument.apply(tap.port()));
                sent[agent ? 1 : 0] = tap.fromClient();
            }
        }
        assertThat(sent[1]).hasSizeGreaterThan((int) Pieces.FEW.total()).isEqualTo(sent[0]);
    }

    private static void keep(boolean agent, Class<?> main, String argument) throws Exception {
        try (Program client = Program.start(agent, main, argument)) {
            assertThat(client.await("digest")).isEqualTo(Pieces.FEW.digest());
            if (agent) {
                client.traffic().assertTcp(Pieces.FEW.total());
            }
            client.end();
        }
    }
}
