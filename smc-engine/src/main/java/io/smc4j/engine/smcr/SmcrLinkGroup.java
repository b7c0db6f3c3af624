package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.CdcMessage;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.Llc;
import io.smc4j.engine.wire.LlcDeleteLink;
import io.smc4j.engine.wire.LlcDeleteRkey;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What the connections with one peer share in SMC-R: one or two links, the RMBs, and the LLC protocol that manages
 * them. Lives on the control loop, but for what {@link LinkGroup} says.
 */
final class SmcrLinkGroup extends LinkGroup implements RdmaLink.Listener {

    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * What was agreed on at first contact.
     *
     * @param version 1 or 2
     * @param release of version 2: 0 or 1
     * @param peerId the peer's, as in its Proposal or Accept
     * @param eid {@code null} in version 1
     */
    record Terms(int version, int release, long peerId, Eid eid, int maxConnections, int maxLinks) {
    }

    private final VerbsRdma owner;
    private final Terms terms;
    private final SharedMemory memory;
    private final BufferPool buffers;
    private final RdmaLinks links = new RdmaLinks(this);
    private final RmbTable rmbs = new RmbTable();
    /** Of connections that are over, but whose last message may not have come. */
    private final Set<SmcrPeerRing> leaving = new HashSet<>();
    private final Failover failover = new Failover(this, links, rmbs, leaving);
    private final LlcFlows flows;
    private final LlcReceiver llc;
    private boolean ending;
    private volatile boolean mayChangeLinks;
    private volatile boolean resumable;
    private final FirstContactGate gate;
    private volatile String peerHost = "";
    private long idleSince = System.nanoTime();

    SmcrLinkGroup(VerbsRdma owner, int id, SmcSnapshot.Role role, Terms terms, SharedMemory memory,
            MemoryBudget budget) {
        super(id, role, memory.segment());
        this.owner = owner;
        this.terms = terms;
        this.memory = memory;
        this.buffers = new BufferPool(memory, budget);
        this.flows = new LlcFlows(owner.loop());
        this.llc = new LlcReceiver(this);
        this.gate = new FirstContactGate(owner.loop());
    }

    static long memoryFor(long ringBytes) {
        return memorySize(ringBytes);
    }

    @Override
    public SmcMode mode() {
        return SmcMode.SMCR;
    }

    Terms terms() {
        return terms;
    }

    /** What the peer calls its host. */
    void setPeerHost(String name) {
        peerHost = name;
    }

    /** Both sides agree, or not, that connections go on over TCP when the last link is lost. */
    void setResumable(boolean value) {
        resumable = value;
    }

    /** Whether connections can go on over TCP; any thread. */
    boolean isResumable() {
        return resumable;
    }

    LlcFlows flows() {
        return flows;
    }

    LlcReceiver llc() {
        return llc;
    }

    VerbsRdma owner() {
        return owner;
    }

    void execute(Runnable task) {
        owner.loop().execute(task);
    }

    // ---- links

    /** Makes a link in the state in which it can be named to the peer. */
    RdmaLink addLink(RdmaPort port) throws VerbsException, DeclineException {
        RdmaDevice device = port.device();
        if (device.isClosed()) {
            throw new DeclineException(FallbackReason.NO_SMCR_DEVICE);
        }
        buffers.addDevice(device);
        try {
            RdmaLink link = new RdmaLink(port, buffers.domain(device), terms.version(), this);
            links.add(link);
            if (links.count() > 1) {
                expectChanges();
            }
            return link;
        } finally {
            leaveIfUnused(device);
        }
    }

    /** Gives a link up; nothing goes over it any more. */
    void removeLink(RdmaLink link) {
        links.remove(link);
        link.close(() -> { });
        flows.linkDown(link);
        leaveIfUnused(link.port().device());
    }

    private void leaveIfUnused(RdmaDevice device) {
        if (!links.use(device)) {
            buffers.removeDevice(device);
        }
    }

    Failover failover() {
        return failover;
    }

    RdmaLinks links() {
        return links;
    }

    /** There is more than one link: from now on connections may go on over another. */
    void expectChanges() {
        mayChangeLinks = true;
    }

    /** Whether connections may go on over another link some time; any thread. */
    boolean mayChangeLinks() {
        return mayChangeLinks;
    }

    /** Where those wait who propose during the first contact. */
    FirstContactGate gate() {
        return gate;
    }

    /** Whether the first contact with who proposes is under way. */
    boolean isInTheMakingFor(ProposedTerms proposed) {
        return gate.isClosedFor(proposed.gid()) && isWith(proposed);
    }

    /** Whether it leads to who proposes. */
    boolean isFor(ProposedTerms proposed) {
        return isWith(proposed) && links.leadTo(proposed.gid());
    }

    private boolean isWith(ProposedTerms proposed) {
        return terms.peerId() == proposed.peerId() && terms.version() == proposed.version();
    }

    /** The active link with the fewest connections, or {@code null}. */
    RdmaLink activeLink() {
        return links.leastUsed(rmbs::countOver);
    }

    /** Whether it takes connections, if there is room for them. */
    boolean isOpen() {
        return isActive() && !ending;
    }

    boolean hasRoom() {
        return isOpen() && rmbs.count() < terms.maxConnections();
    }

    // ---- connections

    /** Hands out an RMB and the name of a connection. */
    SmcrLocalRing allocate(int size) throws DeclineException {
        if (!isActive() || rmbs.count() >= terms.maxConnections()) {
            throw new DeclineException(isActive() ? FallbackReason.LINK_GROUP_FULL : FallbackReason.PEER_LOST);
        }
        RegisteredBuffer buffer = buffers.take(size, true);
        int token = ThreadLocalRandom.current().nextInt(1, 1 << 24) << 8 | rmbs.freePlace();
        SmcrLocalRing rmb = new SmcrLocalRing(this, buffer, token);
        synchronized (this) {
            rmbs.put(rmb);
            retain();
        }
        return rmb;
    }

    /** Makes the sending side of a connection. */
    SmcrPeerRing sendTo(SmcrLocalRing rmb, SmcrPeerRing.Path link, Rtokens rtokens, int peerToken, int peerSize,
            int limit) throws DeclineException {
        RegisteredBuffer buffer = buffers.take(Math.min(limit, peerSize), false);
        SmcrPeerRing ring = new SmcrPeerRing(rmb, buffer, link, rtokens, peerToken, peerSize,
                () -> execute(() -> gone(rmb, buffer)));
        rmb.tie(ring);
        return ring;
    }

    private void gone(SmcrLocalRing rmb, RegisteredBuffer sendBuffer) {
        leaving.remove(rmb.sender());
        buffers.give(sendBuffer);
    }

    /** A connection is over, or did not come about. */
    void free(SmcrLocalRing rmb) {
        if (!rmbs.remove(rmb)) {
            return;
        }
        idleSince = System.nanoTime();
        SmcrPeerRing ring = rmb.sender();
        if (ring != null) {
            leaving.add(ring);
            ring.abandon();
        }
        RdmaLink link = links.all().stream().filter(other -> ring != null && ring.link() == other
                && other.state() == RdmaLink.State.ACTIVE).findFirst().orElseGet(this::activeLink);
        if (link != null && isActive()) {
            int rkey = rmb.buffer().on(link.port().device()).rkey();
            flows.request(link, LlcDeleteRkey.request(terms.version(), List.of(rkey)),
                    answer -> answer instanceof LlcDeleteRkey && answer.isResponse(), answer -> {
                        buffers.give(rmb.buffer());
                        if (answer == null) {
                            llc.probe(link);
                        }
                    });
        } else {
            buffers.give(rmb.buffer());
        }
        release();
    }

    /** Where the engine itself ends, nothing goes on. */
    @Override
    protected void tellEnd(Member member) {
        if (owner.isClosed()) {
            member.linkDown();
        } else {
            member.pathLost();
        }
    }

    @Override
    protected List<Member> members() {
        return rmbs.all().stream().map(SmcrLocalRing::connection).filter(Objects::nonNull).toList();
    }

    /** The RMBs that connections receive into now. */
    List<SmcrLocalRing> rmbsInUse() {
        return rmbs.all();
    }

    // ---- what comes

    @Override
    public void cdc(RdmaLink link, ByteBuffer in, int offset) {
        SmcrLocalRing rmb = rmbs.find(CdcMessage.token(in, offset));
        if (rmb == null) {
            return;
        }
        if (CdcMessage.isFailoverValidation(in, offset)) {
            failover.peerHasMoved(rmb, link);
        }
        rmb.received(in, offset);
    }

    @Override
    public void llc(RdmaLink link, ByteBuffer message) {
        llc.received(link, message);
    }

    @Override
    public void failed(RdmaLink link, String reason) {
        if (!links.contains(link)) {
            return;
        }
        flows.linkDown(link);
        llc.linkDown(link);
        if (!links.contains(link)) {
            // It was in the making; its connections are on another.
            return;
        }
        RdmaLink other = activeLink();
        if (other == null) {
            RdmaDevice.LOG.log(System.Logger.Level.WARNING, "{0}: {1} lost ({2}), {3} connections {4}", this, link,
                    reason, rmbs.count(), resumable ? "go on over TCP" : "reset");
            owner.end(this, link + " lost: " + reason);
            return;
        }
        RdmaDevice.LOG.log(System.Logger.Level.WARNING, "{0}: {1} lost ({2}), {3} takes over", this, link, reason,
                other);
        failover.replace(link, other);
        llc.announceLoss(link, other);
    }

    // ---- time

    /** Looks after the links; once a second. Returns whether the link group has been idle for as long as it may. */
    boolean tick(long now, long idleNanos) {
        links.forEachActive(link -> {
            if (now - link.lastReceived() > KEEP_ALIVE_NANOS) {
                llc.probe(link);
            }
        });
        failover.tick();
        if (rmbs.count() > 0 && llc.addition().isDue(now)) {
            llc.addition().attempt();
        }
        return rmbs.count() == 0 && now - idleSince > idleNanos;
    }

    /** A peer may be dead. */
    void suspect() {
        links.forEachActive(llc::probe);
    }

    // ---- end

    /** Tells the peer that the link group ends. */
    void announceEnd(int reason) {
        ending = true;
        RdmaLink link = activeLink();
        if (link != null) {
            link.send(LlcDeleteLink.all(terms.version(), reason == Llc.PROGRAM_INITIATED, reason));
        }
    }

    @Override
    protected void disconnect() {
        synchronized (this) {
            retain();
        }
        owner.forget(this);
        gate.open();
        flows.end();
        llc.end();
        List<RdmaLink> open = links.drain(endReason());
        open.forEach(RdmaLink::down);
        closeAll(open.iterator());
    }

    /** The buffers outlive the links, which keep them registered, and the memory outlives the buffers. */
    private void closeAll(Iterator<RdmaLink> open) {
        if (open.hasNext()) {
            open.next().close(() -> closeAll(open));
        } else {
            buffers.close();
            release();
        }
    }

    @Override
    protected void sweep() {
        for (SmcrLocalRing rmb : rmbs.all()) {
            Member member = rmb.connection();
            if (member != null) {
                member.tryRelease();
            }
        }
    }

    @Override
    protected void freeMemory() {
        memory.close();
    }

    @Override
    public SmcSnapshot.LinkGroup snapshot() {
        List<SmcSnapshot.Link> shown = links.all().stream().map(link -> link.snapshot(rmbs.countOver(link))).toList();
        String gid = links.count() == 0 ? "" : links.all().get(0).peerGid().toString();
        return new SmcSnapshot.LinkGroup(id(), SmcMode.SMCR, role(), gid, 0, rmbs.count(), rmbs.memory(),
                new SmcSnapshot.Smcr(terms.version(), links.type(), terms.eid() == null ? "" : terms.eid().value(),
                peerHost,
                        terms.maxConnections(), shown));
    }

    @Override
    public String toString() {
        return "link group " + id() + (peerHost.isEmpty() ? "" : " with " + peerHost);
    }
}
