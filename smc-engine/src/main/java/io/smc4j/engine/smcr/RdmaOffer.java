package io.smc4j.engine.smcr;

import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import java.util.List;

/**
 * What a Proposal says about SMC-R.
 *
 * @param peerId this engine's peer id; not zero
 * @param mac of the port
 * @param v1Gid for version 1; {@link RoceGid#ZERO} if it cannot be offered
 * @param v2Gid for version 2, IPv4-mapped; {@link RoceGid#ZERO} if it cannot be offered
 * @param eids user EIDs; empty if version 2 cannot be offered
 * @param maxConnections most connections of a link group
 * @param maxLinks most links of a link group
 */
public record RdmaOffer(
        long peerId, MacAddress mac, RoceGid v1Gid, RoceGid v2Gid, List<Eid> eids, int maxConnections, int maxLinks) {

    /** Whether version 1 can be offered. */
    public boolean hasV1() {
        return !v1Gid.equals(RoceGid.ZERO);
    }

    /** Whether version 2 can be offered. */
    public boolean hasV2() {
        return !v2Gid.equals(RoceGid.ZERO) && !eids.isEmpty();
    }
}
