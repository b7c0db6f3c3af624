package io.smc4j.engine.reach;

import static io.smc4j.engine.reach.TestNetwork.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Engines of different users in two network namespaces. */
class UsersIT extends ReachCases {

    private static final int LENGTH = 50_000;
    private static final int PORT = 9400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROOT = 0;
    private static final int ONE = 20_001;
    private static final int ANOTHER = 20_002;
    private static final int NOBODY = 65_534;

    private static final Map<Integer, AgentProcess> CLIENTS = new HashMap<>();
    private static final Map<Integer, AgentProcess> SERVERS = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.open();
        network.namespaces().requireUsers();
        for (int user : new int[] {ROOT, ONE, NOBODY}) {
            CLIENTS.put(user, AgentProcess.startAs(network.namespaces(), network.client(), user));
        }
        for (int user : new int[] {ROOT, ANOTHER, NOBODY}) {
            SERVERS.put(user, AgentProcess.startAs(network.namespaces(), network.server(), user));
        }
    }

    @AfterAll
    static void forget() {
        CLIENTS.clear();
        SERVERS.clear();
    }

    @Override
    Collection<AgentProcess> agents() {
        return Stream.concat(CLIENTS.values().stream(), SERVERS.values().stream()).toList();
    }

    @ParameterizedTest
    @CsvSource({ROOT + "," + NOBODY, NOBODY + "," + ROOT, ONE + "," + ANOTHER, NOBODY + "," + NOBODY})
    void meetInADirectoryForAll(int clientUser, int serverUser) throws IOException {
        AgentProcess client = CLIENTS.get(clientUser);
        AgentProcess server = SERVERS.get(serverUser);
        client.open(directory);
        server.open(directory);
        server.serve("::", PORT);
        client.awaitSmc(SERVER, PORT, 2, LENGTH);
        server.awaitServedOnSmc(PORT);
    }

    @ParameterizedTest
    @CsvSource({ANOTHER + ",SMCD", "@" + ANOTHER + ",SMCD", "30000,FOREIGN_USER", "'30000,@30001',FOREIGN_USER"})
    void meetTheUsersOfAListOnly(String users, String way) throws IOException {
        AgentProcess client = CLIENTS.get(ONE);
        AgentProcess server = SERVERS.get(ANOTHER);
        client.tell("engine", "e", directory, users);
        server.open(directory);
        server.serve("::", PORT);
        await().atMost(PATIENCE).until(() -> client.exchange(SERVER, PORT, 2, LENGTH), (way + ":2")::equals);
    }

    @Test
    void areRefusedByAListOfTheServers() throws IOException {
        AgentProcess client = CLIENTS.get(ONE);
        AgentProcess server = SERVERS.get(ANOTHER);
        client.open(directory);
        server.tell("engine", "e", directory, "30000");
        server.serve("::", PORT);
        assertThat(client.exchange(SERVER, PORT, 2, LENGTH)).doesNotContain("SMCD");
        assertThat(server.awaitSeen(PORT, 2)).contains("modes=TCP:2", "fault=none");
    }

    @Test
    void doNotMeetInADirectoryOfOneOfThem() throws Exception {
        Namespaces.chmod(directory, "rwx------");
        AgentProcess client = CLIENTS.get(NOBODY);
        AgentProcess server = SERVERS.get(ROOT);
        client.open(directory);
        server.open(directory);
        server.serve("::", PORT);
        assertThat(client.exchange(SERVER, PORT, 2, LENGTH)).doesNotContain("SMCD");
        assertThat(server.awaitSeen(PORT, 2)).contains("modes=TCP:2", "fault=none");
    }
}
