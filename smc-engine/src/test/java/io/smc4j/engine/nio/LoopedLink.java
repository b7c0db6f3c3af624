package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.discovery.Announcer;
import io.smc4j.engine.nio.LeavingEngines.End;
import io.smc4j.engine.smcr.LoopedRdma;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Two engines with SMC-R between them, over RDMA that is none, and can be lost. */
final class LoopedLink {

    private static final List<SmcConfig.Peer> LOOPBACK =
            List.of(new SmcConfig.Peer(SmcPolicy.Cidr.parse("127.0.0.0/8"), new PortRange(1, 65535)));

    private final LoopedRdma.Wire wire;
    private LoopedRdma ofClients;
    private LoopedRdma ofServers;

    /** @param resumable whether both sides agree that connections go on over TCP */
    LoopedLink(boolean resumable) {
        wire = new LoopedRdma.Wire(resumable);
    }

    SmcSelectorProvider clients(SmcConfig.Builder config) throws IOException {
        return engine(config, rdma -> ofClients = rdma);
    }

    SmcSelectorProvider servers(SmcConfig.Builder config) throws IOException {
        return engine(config, rdma -> ofServers = rdma);
    }

    private SmcSelectorProvider engine(SmcConfig.Builder config, Consumer<LoopedRdma> taker) throws IOException {
        SmcConfig settings = config.sharedMemoryEnabled(false).peers(LOOPBACK).build();
        return EngineAccess.providerOf(new SmcEngine(settings, LoopedRdma.opener(wire, taker), () -> Announcer.NONE));
    }

    /** What is on its way is lost, and one side finds out, or both. */
    void lose(End end) {
        wire.cut();
        if (end.atClient()) {
            ofClients.lose();
        }
        if (end.atServer()) {
            ofServers.lose();
        }
    }
}
