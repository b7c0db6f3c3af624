package io.smc4j.engine.reach;

import static io.smc4j.engine.reach.TestNetwork.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user can do to others in a directory that is for all, and what becomes of a directory that is not right. */
class TrustIT extends ReachCases {

    private static final int LENGTH = 50_000;
    private static final int PORT = 9600;
    private static final int PLAIN_PORT = 9601;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ONE = 20_001;
    private static final int ANOTHER = 20_002;
    private static final int FOREIGNER = 65_534;
    /** What a connection takes at most that somebody tries to hold up. A hang guard: it is some milliseconds. */
    private static final long LONGEST_MICROS = 30_000_000;

    private static AgentProcess client;
    private static AgentProcess server;
    private static AgentProcess foreigner;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.open();
        network.namespaces().requireUsers();
        client = AgentProcess.startAs(network.namespaces(), network.client(), ONE);
        server = AgentProcess.startAs(network.namespaces(), network.server(), ANOTHER);
        foreigner = AgentProcess.startAs(network.namespaces(), network.other(), FOREIGNER);
    }

    @Override
    Collection<AgentProcess> agents() {
        return List.of(client, server, foreigner);
    }

    private void meetDespiteTrouble() throws IOException {
        client.open(directory);
        server.open(directory);
        server.serve("::", PORT);
        client.awaitSmc(SERVER, PORT, 2, LENGTH);
        server.awaitServedOnSmc(PORT);
    }

    /** A server of plain TCP, while somebody in the directory claims or holds up what he can. */
    private static void exchangePlainly(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String connected = client.tell("connect", "c", "e", SERVER, PLAIN_PORT, 1, 0);
            String exchanged = client.tell("exchange", "c", LENGTH);
            client.tell("hang-up", "c");
            assertThat(exchanged).doesNotContain("SMCD");
            assertThat(micros(connected) + micros(exchanged)).isLessThan(LONGEST_MICROS);
        }
        assertThat(server.awaitSeen(PLAIN_PORT, count)).contains("connections=" + count + " ",
                "bytes=" + count * (Exchange.HEADER + LENGTH) + " ", "fault=none");
    }

    /** The question has been sent, and is going to be read. */
    private static void awaitLie() {
        await().atMost(PATIENCE).until(() -> !foreigner.tell("lies", "t").equals("lies=0"));
    }

    private static long micros(String answer) {
        return Long.parseLong(AgentProcess.field("micros", answer));
    }

    @Test
    void aThousandDeadSocketsAreInNobodysWay() throws IOException {
        foreigner.tell("trouble", "t", directory, "DEAD", 1000);
        meetDespiteTrouble();
        server.servePlainly(SERVER, PLAIN_PORT);
        exchangePlainly(2);
    }

    @Test
    void socketsThatNeverAnswerAreInNobodysWay() throws IOException {
        foreigner.tell("trouble", "t", directory, "MUTE", 50);
        meetDespiteTrouble();
        server.servePlainly(SERVER, PLAIN_PORT);
        exchangePlainly(2);
    }

    @Test
    void whoClaimsWhatIsNotHisIsNotTakenForTheServer() throws IOException {
        foreigner.tell("trouble", "t", directory, "LIAR", 3);
        client.open(directory);
        server.servePlainly(SERVER, PLAIN_PORT);
        exchangePlainly(4);
        awaitLie();
    }

    @Test
    void anEngineThatClaimsWhatIsNotItsOwnIsNotTakenForTheServer() throws Exception {
        Path hidden = network.namespaces().newSharedDirectory();
        String gid = foreigner.tell("engine", "e", hidden, Agent.NONE);
        foreigner.serve("::", PORT);
        foreigner.tell("impersonate", "t", directory, gid, hidden);
        client.open(directory);
        server.servePlainly(SERVER, PLAIN_PORT);
        client.tell("connect", "c", "e", SERVER, PLAIN_PORT, 1, 0);
        String exchanged = client.tell("exchange", "c", LENGTH);
        client.tell("hang-up", "c");
        assertThat(exchanged).doesNotContain("SMCD");
        assertThat(micros(exchanged)).isLessThan(LONGEST_MICROS);
        awaitLie();
        // A Proposal may have been spent on a connection of its own. What the application has sent came by another.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.tell("seen", "s" + PLAIN_PORT))
                .containsPattern("connections=[12] ").contains("bytes=" + (Exchange.HEADER + LENGTH) + " "));
    }

    @Test
    void aLinkInThePlaceOfASocketIsNotFollowed() throws Exception {
        Path elsewhere = network.namespaces().newSharedDirectory();
        String gid = foreigner.tell("engine", "e", elsewhere, Agent.NONE);
        foreigner.serve("::", PORT);
        Files.createSymbolicLink(directory.resolve(gid), elsewhere.resolve(gid));
        client.open(directory);
        assertThat(client.exchange(TestNetwork.OTHER, PORT, 2, LENGTH)).doesNotContain("SMCD");
        assertThat(foreigner.awaitSeen(PORT, 2)).contains("modes=TCP:2 ", "fault=none");
    }

    @Test
    void aDirectoryThatOthersMayRenameInIsRefused() throws IOException {
        Namespaces.chmod(directory, "rwxrwxrwx");
        assertThatThrownBy(() -> client.open(directory)).hasMessageContaining("InvalidSettingException")
                .hasMessageContaining("shared-memory.directory");
    }

    @Test
    void aLongPathIsAsGoodAsAShortOne() throws Exception {
        directory = Files.createDirectory(directory.resolve("d".repeat(200)));
        Namespaces.makeShared(directory);
        meetDespiteTrouble();
    }

    @Test
    void aDirectoryThatMayOnlyBeReadIsOfUseToNoServer() throws Exception {
        Path other = network.namespaces().newSharedDirectory();
        for (Namespaces.Space space : new Namespaces.Space[] {network.client(), network.server()}) {
            network.namespaces().run(space, "mount -t tmpfs -o mode=1777,ro smc4j " + other);
        }
        directory = other;
        goByTcpInTheDirectory();
    }

    @Test
    void aDirectoryWithoutRoomIsOfUseToNoServer() throws Exception {
        Path other = network.namespaces().newSharedDirectory();
        for (Namespaces.Space space : new Namespaces.Space[] {network.client(), network.server()}) {
            // One inode is the directory itself.
            network.namespaces().run(space, "mount -t tmpfs -o mode=1777,size=8k,nr_inodes=1 smc4j " + other);
        }
        directory = other;
        goByTcpInTheDirectory();
    }

    private void goByTcpInTheDirectory() throws IOException {
        client.open(directory);
        server.open(directory);
        server.serve(SERVER, PORT);
        assertThat(client.exchange(SERVER, PORT, 2, LENGTH)).doesNotContain("SMCD");
        assertThat(server.awaitSeen(PORT, 2)).contains("modes=TCP:2 ", "fault=none");
    }
}
