package io.smc4j.engine.smcr;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.os.SharedMemory;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An engine's RDMA side where there is no device, and a link group without links. */
final class RdmaWithoutDevices implements AutoCloseable {

    private static final long RINGS = 1 << 20;

    final ControlLoop loop = new ControlLoop("rdma-test");
    final MemoryBudget budget = new MemoryBudget(RINGS);
    final VerbsRdma rdma;

    RdmaWithoutDevices(int maxLinks, int maxConnections) throws Exception {
        rdma = new VerbsRdma(loop,
                new RdmaConfig(RdmaConfig.Provider.VERBS, List.of("OURS", "ALSO.OURS"), "no-such-device", 0, -1,
                List.of(), maxLinks, maxConnections), budget);
    }

    SmcrLinkGroup group() throws Exception {
        return new SmcrLinkGroup(rdma, 1, SmcSnapshot.Role.SERVER, new SmcrLinkGroup.Terms(2, 1, 5, null, 255, 2),
                SharedMemory.create("smc4j-rdma-test", SmcrLinkGroup.memoryFor(RINGS)), budget);
    }

    void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, loop).join();
    }

    @Override
    public void close() {
        onLoop(rdma::close);
        loop.close();
    }
}
