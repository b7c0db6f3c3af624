package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that has a server return pieces, each way it knows, and tells their digests. */
abstract class EchoCases {

    private final Class<?> serverClass;
    private final Class<?> clientClass;
    private final String[] ways;

    EchoCases(Class<?> serverClass, Class<?> clientClass, String... ways) {
        this.serverClass = serverClass;
        this.clientClass = clientClass;
        this.ways = ways;
    }

    @ParameterizedTest
    @EnumSource
    void returnsPieces(Ends agent) throws Exception {
        try (Program server = Program.start(agent.server(), serverClass);
                Program client = Program.start(agent.client(), clientClass, server.await("port"))) {
            for (String way : ways) {
                assertThat(client.await(way)).as(way).isEqualTo(Pieces.FEW.digest());
            }
            agent.assertTransport(client, server, ways.length * Pieces.FEW.total());
            client.end();
            server.end();
        }
    }
}
