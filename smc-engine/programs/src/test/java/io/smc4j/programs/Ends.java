package io.smc4j.programs;

/** Which end of a connection has the agent. */
enum Ends {

    BOTH(true, true),
    CLIENT(true, false),
    SERVER(false, true);

    private final boolean client;
    private final boolean server;

    Ends(boolean client, boolean server) {
        this.client = client;
        this.server = server;
    }

    boolean client() {
        return client;
    }

    boolean server() {
        return server;
    }

    /** What was exchanged went by SMC-D if both ends have the agent, by TCP otherwise. */
    void assertTransport(Program clientProgram, Program serverProgram, long payload) throws Exception {
        if (client) {
            assertTransport(clientProgram.traffic(), payload);
        }
        if (server) {
            assertTransport(serverProgram.traffic(), payload);
        }
    }

    private void assertTransport(Traffic traffic, long payload) {
        if (client && server) {
            traffic.assertSmcd(payload);
        } else {
            traffic.assertTcp(payload);
        }
    }
}
