package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A suite that servers pass over shared memory as far as they do over TCP. */
abstract class ConformanceCases {

    /** What some cases come to depends on how soon a server answers. */
    private static final int ROUNDS = 3;

    private final ConformanceSuite suite;
    private final int cases;

    /** @param cases how many the suite has, at least */
    ConformanceCases(ConformanceSuite suite, int cases) {
        this.suite = suite;
        this.cases = cases;
    }

    @Test
    void tomcat() throws Exception {
        passesAsOverTcp(TomcatServer.class);
    }

    @Test
    void reactorNetty() throws Exception {
        passesAsOverTcp(ReactorNettyServer.class);
    }

    @Test
    void jetty() throws Exception {
        passesAsOverTcp(JettyIT.Server.class);
    }

    private void passesAsOverTcp(Class<?> main) throws Exception {
        try (Program server = Program.start(true, main);
                Program relay = Program.start(true, Relay.class, server.await("port"))) {
            int port = Integer.parseInt(relay.await("port"));
            Map<String, Boolean> results = suite.run(port, List.of());
            assertThat(results).hasSizeGreaterThanOrEqualTo(cases);
            Set<String> failed = failed(results);
            assertThat(failed).hasSizeLessThan(cases / 4);
            if (!failed.isEmpty()) {
                assertFailOverTcp(main, port, failed);
            }
            server.traffic().assertSmcConnections(cases);
            relay.end();
            server.end();
        }
    }

    private void assertFailOverTcp(Class<?> main, int smcPort, Set<String> failed) throws Exception {
        try (Program server = Program.start(false, main);
                Program relay = Program.start(false, Relay.class, server.await("port"))) {
            int tcpPort = Integer.parseInt(relay.await("port"));
            for (int round = 1; round <= ROUNDS && !failed.isEmpty(); round++) {
                failed.removeAll(failed(suite.run(tcpPort, failed)));
                if (!failed.isEmpty()) {
                    failed.retainAll(failed(suite.run(smcPort, failed)));
                }
            }
            assertThat(failed).as("passed over TCP only").isEmpty();
            relay.end();
            server.end();
        }
    }

    private static Set<String> failed(Map<String, Boolean> results) {
        Set<String> failed = new TreeSet<>();
        results.forEach((name, passed) -> {
            if (!passed) {
                failed.add(name);
            }
        });
        return failed;
    }
}
