package io.smc4j.engine.reach;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What all cases of engines in real namespaces have: a network for the class, and a directory for each test. */
@Timeout(120)
abstract class ReachCases {

    /** Opened by the class that runs, which is one at a time. */
    static TestNetwork network;

    Path directory;

    @AfterAll
    static void closeNetwork() throws Exception {
        if (network != null) {
            network.close();
            network = null;
        }
    }

    /** The agents that begin each test anew. */
    abstract Collection<AgentProcess> agents();

    @BeforeEach
    void makeDirectory() throws Exception {
        directory = network.namespaces().newSharedDirectory();
    }

    @AfterEach
    void reset() throws IOException {
        for (AgentProcess agent : agents()) {
            agent.tell("reset");
        }
    }
}
