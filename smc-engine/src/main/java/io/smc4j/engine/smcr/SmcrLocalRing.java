package io.smc4j.engine.smcr;

import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.wire.CdcCursor;
import io.smc4j.engine.wire.CdcMessage;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** The ring a connection receives into: an RMB, and the cursors and flags that CDC messages tell of it. */
final class SmcrLocalRing extends LocalRing {

    /** Space the peer is not told of unless it asks, in bytes, as with the kernel. */
    private static final int MIN_UPDATE = 2304;

    private static final int STATE_FLAGS = CdcMessage.DONE_WRITING | CdcMessage.CLOSED | CdcMessage.ABORT;

    private final SmcrLinkGroup group;
    private final RegisteredBuffer buffer;
    private final int token;
    private final int update;
    private volatile long consumed;
    /** The consumer cursor that was sent last. Written with the link's lock held. */
    private volatile long confirmed;
    private volatile boolean peerBlocked;
    private volatile boolean peerAsks;
    private volatile SmcrPeerRing sender;
    private int lastSequence;
    private boolean broken;
    /** Whether nothing counts any more that comes into the ring. */
    private boolean left;
    private volatile boolean leftByPeer;
    private volatile String resetReason;
    private boolean lingering;

    /** @param token what names the connection in CDC messages; its lowest byte is the number of the control block */
    SmcrLocalRing(SmcrLinkGroup group, RegisteredBuffer buffer, int token) {
        super(group, token & 0xFF, buffer.memory());
        this.group = group;
        this.buffer = buffer;
        this.token = token;
        this.update = Math.max(size() / 10, MIN_UPDATE);
    }

    int token() {
        return token;
    }

    RegisteredBuffer buffer() {
        return buffer;
    }

    /** What the peer names it by over a link. */
    int rkey(RdmaLink on) {
        return buffer.on(on.port().device()).rkey();
    }

    SmcrPeerRing sender() {
        return sender;
    }

    /** Whether the connection may go on over another link some time. */
    boolean mayChangeLinks() {
        return group.mayChangeLinks();
    }

    /** Whether the connection can go on over TCP. */
    boolean isResumable() {
        return group.isResumable();
    }

    @Override
    public int link() {
        SmcrPeerRing ring = sender;
        return ring == null ? 0 : ring.link().number();
    }

    @Override
    public void pairWith(PeerRing ring) {
        // Was tied to it when both were made.
    }

    void tie(SmcrPeerRing ring) {
        sender = ring;
    }

    /**
     * As the kernel does: when the peer has asked, or when a tenth of the RMB was consumed and the peer is short of
     * space as far as it knows.
     */
    @Override
    public boolean publishConsumer(long position) {
        consumed = position;
        // Between our store and the look at what the peer wants; whoever notes that looks at the cursor then.
        VarHandle.fullFence();
        long known = confirmed;
        if (peerAsks && position != known) {
            peerAsks = false;
            return true;
        }
        return position - known > update && (peerBlocked || producer() - known >= size() / 2);
    }

    @Override
    public boolean isPeerBlocked() {
        return peerBlocked;
    }

    /** What was consumed, which the peer is told now; with the link's lock held. */
    long confirm() {
        long now = consumed;
        confirmed = now;
        return now;
    }

    /** Takes a CDC message. On the control loop. */
    void received(ByteBuffer in, int offset) {
        int sequence = CdcMessage.sequence(in, offset);
        int flags = CdcMessage.producerFlags(in, offset);
        if (broken) {
            return;
        }
        if (left) {
            if ((CdcMessage.stateFlags(in, offset) & (CdcMessage.CLOSED | CdcMessage.ABORT)) != 0) {
                peerLeaves();
            }
            return;
        }
        if (CdcMessage.isFailoverValidation(in, offset)) {
            if (CdcMessage.isOlder(lastSequence, sequence)) {
                breakOff("data lost with a link");
            } else if (sender != null) {
                sender.peerHasMoved();
            }
            return;
        }
        if (CdcMessage.isOlder(sequence, lastSequence)) {
            return;
        }
        lastSequence = sequence;
        long produced = CdcCursor.position(producer(), consumed + size(), CdcMessage.producerWrap(in, offset),
                CdcMessage.producerCount(in, offset), size());
        SmcrPeerRing out = sender;
        boolean cursorsHold = out == null
                || out.consumed(CdcMessage.consumerWrap(in, offset), CdcMessage.consumerCount(in, offset));
        if (produced == CdcCursor.INVALID || !cursorsHold) {
            breakOff("cursor of the peer beyond the ring");
            return;
        }
        // What was said once holds, even if the peer takes it back.
        int state = peerState() | CdcMessage.stateFlags(in, offset) & STATE_FLAGS;
        setProducer(produced);
        // Who aborts writes no more either.
        setPeerState((state & CdcMessage.ABORT) != 0 ? state | CdcMessage.CLOSED : state);
        peerBlocked = (flags & CdcMessage.WRITE_BLOCKED) != 0;
        if ((flags & CdcMessage.UPDATE_REQUESTED) != 0) {
            peerAsks = true;
            VarHandle.fullFence();
            if (consumed != confirmed && out != null) {
                peerAsks = false;
                out.ring();
            }
        }
        tell();
        if ((state & (CdcMessage.CLOSED | CdcMessage.ABORT)) != 0) {
            ended();
        }
    }

    /** Has those who wait look at the connection once more. */
    void lookAgain() {
        tell();
    }

    private void ended() {
        LinkGroup.Member member = member();
        if (member != null) {
            member.peerClosed();
            if (lingering) {
                member.tryRelease();
            }
        }
    }

    @Override
    public void leave() {
        left = true;
    }

    private void peerLeaves() {
        leftByPeer = true;
        ended();
    }

    @Override
    public boolean isLeftByPeer() {
        return leftByPeer;
    }

    /** The peer is not reached by any link any more. */
    void lost(String reason) {
        if (left) {
            peerLeaves();
        } else {
            breakOff(reason);
        }
    }

    @Override
    public void breakOff(String reason) {
        broken = true;
        resetReason = reason;
        RdmaDevice.LOG.log(System.Logger.Level.WARNING, "SMC-R connection reset: {0} ({1})", reason, group);
        // A stream that has ended stays ended: nothing of it was cut off.
        setPeerState(peerState() & CdcMessage.DONE_WRITING | CdcMessage.CLOSED | CdcMessage.ABORT);
        if (sender != null) {
            sender.setState(CdcMessage.ABORT);
            sender.ring();
        }
        tell();
        ended();
    }

    @Override
    public String resetReason() {
        String own = resetReason;
        return own != null ? own : super.resetReason();
    }

    LinkGroup.Member connection() {
        return member();
    }

    @Override
    public void linger() {
        group.execute(() -> {
            lingering = true;
            // The peer may have closed since.
            member().tryRelease();
        });
    }

    @Override
    public void free() {
        group.execute(() -> group.free(this));
    }
}
