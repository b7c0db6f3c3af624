package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcAcceptBody;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcSmcdV2Extension;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.ClcV2Extension;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.IsmDevice;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcdAcceptBody;
import io.smc4j.engine.wire.VendorOptions;
import java.util.List;
import java.util.Optional;

/**
 * What this engine says in CLC messages, and what it makes of its peers': SMC-D version 2 on a user-space ISM device.
 *
 * <p>The device's CHID is in the range of emulated devices, as these have GIDs of 128 bits, but not the one of the
 * kernel's loopback device; together with the EID no kernel takes it for its own.
 */
public final class SmcdClc {

    /** The device's id. */
    public static final int CHID = 0xFF4A;
    /** The name of what all engines have in common. */
    public static final Eid EID = new Eid("SMC4J.SHARED-MEMORY");
    /** The bit that says that a connection can be moved to TCP, in the first vendor option and in an Accept. */
    private static final int MOVES = 1;
    private static final int RELEASE = 1;
    /** What version 2.1 requires a Proposal to name; a link group here has one path and room for more connections. */
    private static final int MAX_CONNECTIONS = 255;
    private static final int MAX_LINKS = 1;

    private SmcdClc() {
    }

    /** The Proposal of an engine. */
    public static ClcProposal proposal(Gid gid) {
        IsmDevice device = new IsmDevice(gid.high(), gid.low(), CHID);
        return ClcProposal.smcdV2(gid.low(), new ClcV2Extension(List.of(EID), RELEASE, RoceGid.ZERO, MAX_CONNECTIONS,
                MAX_LINKS, Clc.FEATURE_EMULATED_ISM, Optional.of(ClcSmcdV2Extension.ofDevices(List.of(device)))))
                .withVendor(VendorOptions.ofSmc4j(MOVES));
    }

    /**
     * The Accept of a ring. The link groups exist before the Proposal, so every contact is a later one.
     *
     * @param movable whether the client {@linkplain #offersMove offers} to move the connection to TCP
     */
    public static ClcAccept accept(Gid gid, SmcdLocalRing ring, boolean movable) {
        return new ClcAccept(ClcTerms.v2LaterContact(EID), buffer(gid, ring, movable));
    }

    /**
     * The Confirm of a ring.
     *
     * @param movable whether the Accept {@linkplain #agreesToMove agrees} that the connection can be moved
     */
    public static ClcConfirm confirm(Gid gid, SmcdLocalRing ring, boolean movable) {
        return new ClcConfirm(ClcTerms.v2LaterContact(EID), buffer(gid, ring, movable));
    }

    private static SmcdAcceptBody buffer(Gid gid, SmcdLocalRing ring, boolean movable) {
        return new SmcdAcceptBody(gid.high(), ring.token(), 0, ClcAcceptBody.sizeCode(ring.size()), ring.group().id(),
                CHID, gid.low(), movable ? MOVES : 0);
    }

    /** Whether a client can move the connection to TCP in mid-stream. */
    static boolean offersMove(ClcProposal proposal) {
        return proposal.vendor().hasSmc4j(MOVES);
    }

    /** Whether a server can, too; it says so only to a client that does. */
    static boolean agreesToMove(SmcdAcceptBody accepted) {
        return (accepted.vendorOptions() & MOVES) != 0;
    }

    /**
     * The engine that sent a Proposal, or why it cannot be served.
     *
     * @param gid {@code null} if there is an objection
     * @param objection {@code null} if there is none
     */
    public record Proposer(Gid gid, FallbackReason objection) {
    }

    /** Who sent a Proposal. */
    public static Proposer proposer(ClcProposal proposal) {
        if (proposal.v2().isEmpty()) {
            return new Proposer(null, FallbackReason.NO_V2_EXTENSION);
        }
        ClcV2Extension v2 = proposal.v2().get();
        if (v2.smcd().isEmpty()) {
            return new Proposer(null, FallbackReason.NO_SMCD_V2_EXTENSION);
        }
        Optional<IsmDevice> device = v2.smcd().get().devices().stream().filter(d -> d.chid() == CHID).findFirst();
        if (device.isEmpty()) {
            return new Proposer(null, FallbackReason.NO_MATCHING_DEVICE);
        }
        if (!v2.eids().contains(EID)) {
            return new Proposer(null, FallbackReason.NO_COMMON_EID);
        }
        return new Proposer(new Gid(device.get().gid(), device.get().gidExtension()), null);
    }

    /** The buffer that an Accept or Confirm is about; {@code null} if it is not of the kind that was proposed. */
    static SmcdAcceptBody buffer(ClcTerms terms, ClcAcceptBody body) {
        return body instanceof SmcdAcceptBody dmb && terms.version() == Clc.V2 && dmb.chid() == CHID
                && dmb.dmbeIndex() == 0
                && terms.eid().equals(Optional.of(EID)) ? dmb : null;
    }

    /** The engine that a buffer belongs to. */
    static Gid owner(SmcdAcceptBody buffer) {
        return new Gid(buffer.gid(), buffer.gidExtension());
    }
}
