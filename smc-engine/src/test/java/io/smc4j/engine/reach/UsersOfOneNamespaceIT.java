package io.smc4j.engine.reach;

import static io.smc4j.engine.reach.TestNetwork.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Engines of two users in one network namespace, as two services of a host have it. */
class UsersOfOneNamespaceIT extends ReachCases {

    private static final int LENGTH = 50_000;
    private static final int PORT = 9500;
    private static final int ONE = 20_001;
    private static final int ANOTHER = 20_002;

    private static AgentProcess client;
    private static AgentProcess server;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.open();
        network.namespaces().requireUsers();
        client = AgentProcess.startAs(network.namespaces(), network.server(), ONE);
        server = AgentProcess.startAs(network.namespaces(), network.server(), ANOTHER);
    }

    @Override
    Collection<AgentProcess> agents() {
        return List.of(client, server);
    }

    /** With an address of its own a server is found by markers as well, which are another user's here. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "127.0.0.1,::", "::1,::", SERVER + "," + SERVER, SERVER + ",::"})
    void meetInTheDirectory(String called, String bound) throws IOException {
        client.open(directory);
        server.open(directory);
        server.serve(bound, PORT);
        // Who has no processor for a while gives no answer in time, and is asked again some seconds later.
        await().atMost(Duration.ofSeconds(90)).untilAsserted(
                () -> assertThat(client.exchange(called, PORT, 2, LENGTH)).isEqualTo("SMCD:2"));
    }

    @Test
    void doNotMeetWithoutADirectory() throws IOException {
        client.open(Agent.NONE);
        server.open(Agent.NONE);
        server.serve("::", PORT);
        assertThat(client.exchange("127.0.0.1", PORT, 2, LENGTH)).contains("FOREIGN_USER").doesNotContain("SMCD");
        assertThat(server.awaitSeen(PORT, 2)).contains("modes=TCP:2", "fault=none");
    }

    @Test
    void doNotMeetWhereTheServerDoesNotWantThem() throws IOException {
        client.open(directory);
        server.tell("engine", "e", directory, "30000");
        server.serve("::", PORT);
        assertThat(client.exchange("127.0.0.1", PORT, 2, LENGTH)).contains("FOREIGN_USER").doesNotContain("SMCD");
        assertThat(server.awaitSeen(PORT, 2)).contains("modes=TCP:2", "fault=none");
    }

    @Test
    void doNotMeetInADirectoryOfOneOfThem() throws Exception {
        Namespaces.chmod(directory, "rwx------");
        client.open(directory);
        server.open(directory);
        server.serve("::", PORT);
        assertThat(client.exchange("127.0.0.1", PORT, 2, LENGTH)).contains("FOREIGN_USER").doesNotContain("SMCD");
        assertThat(server.awaitSeen(PORT, 2)).contains("modes=TCP:2", "fault=none");
    }
}
