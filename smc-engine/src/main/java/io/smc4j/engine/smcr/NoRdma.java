package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** What an engine has of RDMA that wants none, or none of its own. */
record NoRdma(FallbackReason objection) implements Rdma {

    @Override
    public Port portFor(InetAddress local) {
        return null;
    }

    @Override
    public void suspect(int linkGroup) {
        // There is no link group.
    }

    @Override
    public SmcSnapshot.Rdma snapshot() {
        return new SmcSnapshot.Rdma(RdmaConfig.Provider.NONE, objection(), List.of());
    }

    @Override
    public Collection<SmcSnapshot.LinkGroup> linkGroups() {
        return List.of();
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
