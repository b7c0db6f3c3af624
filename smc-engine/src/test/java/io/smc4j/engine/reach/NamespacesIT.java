package io.smc4j.engine.reach;

import static io.smc4j.engine.reach.TestNetwork.CLIENT;
import static io.smc4j.engine.reach.TestNetwork.CLIENT_6;
import static io.smc4j.engine.reach.TestNetwork.SERVER;
import static io.smc4j.engine.reach.TestNetwork.SERVER_6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.faults.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Engines in two network namespaces of one host, with a directory in common and without. */
class NamespacesIT extends ReachCases {

    private static final int LENGTH = 100_000;
    private static final int PORT = 9300;
    private static final int UNREAD = 16;
    private static final long UNREAD_LENGTH = 2 << 20;
    /** What a writer may keep for its readers in its own memory, and some small rings. */
    private static final long WRITERS_SHARE = Agent.MEMORY_LIMIT / 16 + (10 << 20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static AgentProcess client;
    private static AgentProcess server;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.open();
        client = AgentProcess.start(network.namespaces(), network.client());
        server = AgentProcess.start(network.namespaces(), network.server());
    }

    @Override
    Collection<AgentProcess> agents() {
        return List.of(client, server);
    }

    private void openBoth() throws IOException {
        client.open(directory);
        server.open(directory);
    }

    private static void assertServed(int connections, String mode) {
        assertThat(server.awaitSeen(PORT, connections)).contains("modes=" + mode + ":" + connections + " ",
                "bytes=" + connections * (Exchange.HEADER + LENGTH) + " ", "fault=none");
    }

    @ParameterizedTest
    @CsvSource({SERVER + "," + SERVER, SERVER + ",0.0.0.0", SERVER + ",::", SERVER_6 + "," + SERVER_6,
        SERVER_6 + ",::"})
    void meetInADirectory(String called, String bound) throws IOException {
        openBoth();
        server.serve(bound, PORT);
        client.awaitSmc(called, PORT, 2, LENGTH);
        server.awaitServedOnSmc(PORT);
    }

    @Test
    void meetWhicheverWayTheConnectionGoes() throws IOException {
        openBoth();
        server.serve("::", PORT);
        client.serve("::", PORT);
        client.awaitSmc(SERVER, PORT, 1, LENGTH);
        server.awaitSmc(CLIENT, PORT, 1, LENGTH);
        server.awaitSmc(CLIENT_6, PORT, 1, LENGTH);
        client.awaitSmc(SERVER_6, PORT, 1, LENGTH);
        server.awaitServedOnSmc(PORT);
    }

    @Test
    void meetBeforeTheConnectionIsAccepted() throws IOException {
        openBoth();
        await().atMost(PATIENCE).until(() -> {
            server.tell("listen", "s" + PORT, "e", SERVER, PORT);
            client.tell("connect", "c", "e", SERVER, PORT, 3, 0);
            server.tell("accept", "s" + PORT);
            String answer = client.tell("exchange", "c", LENGTH);
            client.tell("hang-up", "c");
            server.tell("stop", "s" + PORT);
            return answer.startsWith("ways=SMCD:3 ");
        });
    }

    @Test
    void meetOverManyConnectionsAtOnce() throws IOException {
        openBoth();
        server.serve("0.0.0.0", PORT);
        client.awaitSmc(SERVER, PORT, 100, 10_000);
        server.awaitServedOnSmc(PORT);
    }

    @Test
    void meetAgainAfterOneWasKilled() throws Exception {
        client.open(directory);
        try (AgentProcess victim = AgentProcess.start(network.namespaces(), network.server())) {
            victim.open(directory);
            victim.serve(SERVER, PORT);
            client.awaitSmc(SERVER, PORT, 1, LENGTH);
            client.tell("connect", "kept", "e", SERVER, PORT, 1, 0);
            client.tell("exchange", "kept", LENGTH);
            victim.kill();
        }
        assertThatThrownBy(() -> client.tell("exchange", "kept", LENGTH)).hasMessageContaining("Exception");
        server.open(directory);
        server.serve(SERVER, PORT);
        client.awaitSmc(SERVER, PORT, 1, LENGTH);
    }

    /** As it is with buffers of TCP, so that it is the container of who receives that the memory counts for. */
    @Test
    void payForWhatTheyDoNotRead() throws Exception {
        ControlGroup ofReader = ControlGroup.create().orElse(null);
        assumeTrue(ofReader != null, "No control group that counts memory can be made here");
        try (ofReader; ControlGroup ofWriter = ControlGroup.create().orElseThrow();
                AgentProcess reader = AgentProcess.start(network.namespaces(), network.client());
                AgentProcess writer = AgentProcess.start(network.namespaces(), network.server())) {
            ofReader.add(reader.pid());
            ofWriter.add(writer.pid());
            reader.open(directory);
            writer.open(directory);
            writer.serve(SERVER, PORT);
            await().atMost(PATIENCE).until(() -> {
                reader.tell("connect", "c", "e", SERVER, PORT, UNREAD, 0);
                boolean all = reader.tell("exchange", "c", LENGTH).startsWith("ways=SMCD:" + UNREAD + " ");
                if (!all) {
                    reader.tell("hang-up", "c");
                }
                return all;
            });
            reader.tell("ask", "c", UNREAD_LENGTH);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(ofReader.sharedMemory()).as("the reader's")
                        .isGreaterThan(UNREAD * UNREAD_LENGTH - WRITERS_SHARE);
                assertThat(ofWriter.sharedMemory()).as("the writer's").isLessThan(WRITERS_SHARE);
            });
            reader.tell("hang-up", "c");
        }
    }

    @Test
    void meetLikeContainersDo() throws Exception {
        Path mounted = network.namespaces().newDirectory("mounted", "rwxr-xr-x");
        try (AgentProcess contained = AgentProcess.startContained(network.namespaces(), network.server(), 0, directory,
                mounted)) {
            client.open(directory);
            contained.open(mounted);
            contained.serve("::", PORT);
            client.awaitSmc(SERVER, PORT, 2, LENGTH);
            client.serve("::", PORT);
            contained.awaitSmc(CLIENT, PORT, 2, LENGTH);
        }
    }

    @ParameterizedTest
    @CsvSource({SERVER + "," + SERVER, SERVER + ",::", "127.0.0.1,127.0.0.1", "::1,::"})
    void meetByMarkersWithinANamespace(String called, String bound) throws IOException {
        server.open(Agent.NONE);
        server.serve(bound, PORT);
        assertThat(server.exchange(called, PORT, 2, LENGTH)).isEqualTo("SMCD:2");
        assertServed(2, "SMCD");
    }

    @Test
    void goByTcpWithoutADirectory() throws IOException {
        client.open(Agent.NONE);
        server.open(Agent.NONE);
        server.serve(SERVER, PORT);
        client.exchange(SERVER, PORT, 2, LENGTH);
        assertServed(2, "TCP");
    }

    @Test
    void goByTcpWhereOnlyOneHasADirectory() throws IOException {
        client.open(directory);
        server.open(Agent.NONE);
        server.serve(SERVER, PORT);
        client.exchange(SERVER, PORT, 2, LENGTH);
        assertServed(2, "TCP");
    }

    @Test
    void goByTcpWithDirectoriesOfTheirOwn() throws Exception {
        client.open(directory);
        server.open(network.namespaces().newSharedDirectory());
        server.serve(SERVER, PORT);
        client.exchange(SERVER, PORT, 2, LENGTH);
        assertServed(2, "TCP");
    }

    @Test
    void goByTcpWithADirectoryThatIsNotThere() throws IOException {
        Files.delete(directory);
        openBoth();
        server.serve(SERVER, PORT);
        client.exchange(SERVER, PORT, 2, LENGTH);
        assertServed(2, "TCP");
    }

    @Test
    void leaveAServerOfPlainTcpAlone() throws IOException {
        openBoth();
        server.servePlainly(SERVER, PORT);
        client.exchange(SERVER, PORT, 3, LENGTH);
        assertServed(3, "TCP");
    }
}
