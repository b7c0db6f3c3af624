package io.smc4j.engine.smcr;

import io.smc4j.engine.wire.RoceGid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Has those wait who propose while the first contact with the same client is under way. On the control loop. */
final class FirstContactGate {

    private final Executor loop;
    private final List<Runnable> waiting = new ArrayList<>();
    private RoceGid client;

    FirstContactGate(Executor loop) {
        this.loop = loop;
    }

    /** The first contact with a client's port has begun. */
    void close(RoceGid clientGid) {
        client = clientGid;
    }

    /** Whether the first contact with a client's port is under way. */
    boolean isClosedFor(RoceGid clientGid) {
        return clientGid.equals(client);
    }

    /** Runs something when the first contact is over, whatever came of it. */
    void whenOpen(Runnable action) {
        waiting.add(action);
    }

    /** The first contact is over. */
    void open() {
        client = null;
        List<Runnable> actions = List.copyOf(waiting);
        waiting.clear();
        actions.forEach(loop::execute);
    }
}
