package io.smc4j.engine.events;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcMonitor.SlowReader;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Role;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** Where there is no Flight Recorder. */
final class NoEvents implements EngineEvents {

    @Override
    public Handshake beginHandshake() {
        return null;
    }

    @Override
    public void fallback(Role role, InetSocketAddress peer, FallbackReason reason, int peerDiagnosis) {
        // Nobody can record it.
    }

    @Override
    public Stall beginStall(Stall former) {
        return null;
    }

    @Override
    public void slowReader(SlowReader reader) {
        // Nobody can record it.
    }

    @Override
    public void linkGroupUp(Supplier<SmcSnapshot.LinkGroup> group) {
        // Nobody can record it.
    }

    @Override
    public void linkGroupDown(Supplier<SmcSnapshot.LinkGroup> group, String reason) {
        // Nobody can record it.
    }

    @Override
    public void linkUp(int linkGroup, Supplier<SmcSnapshot.Link> link) {
        // Nobody can record it.
    }

    @Override
    public void linkDown(int linkGroup, Supplier<SmcSnapshot.Link> link, String reason) {
        // Nobody can record it.
    }

    @Override
    public void scarce(SmcResources.Kind kind, SmcResources.Resource resource) {
        // Nobody can record it.
    }

    @Override
    public void policyChanged(PolicyTable.Change change) {
        // Nobody can record it.
    }
}
