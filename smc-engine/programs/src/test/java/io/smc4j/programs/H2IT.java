package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** H2's server as it comes, by JDBC. */
class H2IT {

    @ParameterizedTest
    @EnumSource
    void keepsPieces(Ends agent) throws Exception {
        try (Program server = Program.start(agent.server(), "org.h2.tools.Server", "-tcp", "-tcpPort", 0,
                        "-ifNotExists");
                Program client = Program.start(agent.client(), JdbcProgram.class, "jdbc:h2:"
                        + server.awaitMatch("^TCP server running at (\\S+)") + "/mem:pieces")) {
            assertThat(client.await("digest")).isEqualTo(Pieces.FEW.digest());
            agent.assertTransport(client, server, Pieces.FEW.total());
            client.end();
            assertThat(server.terminate()).as(server::text).isEqualTo(Program.TERMINATED);
        }
    }
}
