package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.smcr.RdmaOffer;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.FirstContact;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** RDMA without any: one port, one contact, and what happens with it is the test's. */
final class ScriptedRdma implements Rdma, Rdma.Port {

    static final Eid EID = new Eid("TESTEID.1");
    static final long PEER_ID = 0x5b5852540000000aL;
    static final MacAddress MAC = new MacAddress(0x52540000000aL);
    static final RoceGid V1_GID = new RoceGid(0xfe80000000000000L, 0x505400fffe00000aL);
    static final RoceGid V2_GID = RoceGid.ofIpv4(0x0a090001);

    private final ScriptedLinkGroup group = new ScriptedLinkGroup();
    private final ScriptedContact contact = new ScriptedContact(group);
    private final Queue<Integer> suspected = new ConcurrentLinkedQueue<>();
    private volatile Executor loop;
    private volatile RdmaOffer offer = offer(false, true);
    private volatile boolean portless;
    private volatile FallbackReason objection;
    private volatile FallbackReason refusal;
    private volatile boolean closed;

    static RdmaOffer offer(boolean v1, boolean v2) {
        return new RdmaOffer(PEER_ID, MAC, v1 ? V1_GID : RoceGid.ZERO, v2 ? V2_GID : RoceGid.ZERO, List.of(EID),
                255, 2);
    }

    /** What an engine opens. */
    Rdma.Opener opener() {
        return (engineLoop, config, budget) -> {
            loop = engineLoop;
            return this;
        };
    }

    void setOffer(RdmaOffer value) {
        offer = value;
    }

    /** No port serves any address. */
    void setPortless() {
        portless = true;
    }

    void setObjection(FallbackReason value) {
        objection = value;
    }

    /** Accepts and Proposals cannot be followed. */
    void setRefusal(FallbackReason value) {
        refusal = value;
    }

    ScriptedContact contact() {
        return contact;
    }

    ScriptedLinkGroup group() {
        return group;
    }

    Queue<Integer> suspected() {
        return suspected;
    }

    boolean isClosed() {
        return closed;
    }

    /** The preparation has ended so. */
    void prepared(FallbackReason reason) throws Exception {
        tell(Bench.value(contact.preparing()), reason);
    }

    /** The completion has ended so. */
    void completed(FallbackReason reason) throws Exception {
        tell(Bench.value(contact.completing()), reason);
    }

    private void tell(Consumer<FallbackReason> done, FallbackReason reason) {
        loop.execute(() -> done.accept(reason));
    }

    // ---- messages

    static ClcTerms terms(int version) {
        return version == Clc.V1 ? ClcTerms.v1(true)
                : ClcTerms.v2FirstContact(EID, new FirstContact(true, Clc.OS_LINUX, 1, "test", 255, 1, 0, 0));
    }

    static ClcAccept accept(int version) {
        return new ClcAccept(terms(version),
                new SmcrAcceptBody(7, RoceGid.ofIpv4(0x0a090002), new MacAddress(0x52540000000bL), 0x11,
                0x3bc, 1, 1, 0, 3, 0xff1631b982cd0000L, 0xf6231f));
    }

    static ClcConfirm confirm(int version) {
        return new ClcConfirm(terms(version),
                new SmcrAcceptBody(PEER_ID, V2_GID, MAC, 0x12, 0x3bd, 1, 2, 0, 3, 0x7f0000000000L, 5),
                version == Clc.V1 ? List.of() : List.of(V2_GID));
    }

    // ---- what negotiations ask

    @Override
    public FallbackReason objection() {
        return objection;
    }

    @Override
    public Port portFor(InetAddress local) {
        return portless || objection != null ? null : this;
    }

    @Override
    public RdmaOffer offer() {
        return offer;
    }

    @Override
    public ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException {
        refuse();
        return contact.asClient(confirm(accept.version()));
    }

    @Override
    public ServerContact proposed(ClcProposal proposal, BufferSizes sizes) throws DeclineException {
        refuse();
        return contact.asServer(accept(Clc.V2));
    }

    private void refuse() throws DeclineException {
        if (refusal != null) {
            throw new DeclineException(refusal);
        }
    }

    @Override
    public void suspect(int linkGroup) {
        suspected.add(linkGroup);
    }

    @Override
    public SmcSnapshot.Rdma snapshot() {
        return new SmcSnapshot.Rdma(RdmaConfig.Provider.VERBS, objection, List.of());
    }

    @Override
    public Collection<SmcSnapshot.LinkGroup> linkGroups() {
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
    }
}
