package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.negotiation.ClcInput.Inbound;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * The accepting side. The channel is in its owner's hands already and looks like one on which nothing has come yet. The
 * first bytes decide: a Proposal is answered, what it asks for is readied by a contact, anything else is the
 * application's and the connection plain TCP. If the owner writes before, it is plain TCP as well, and a Proposal that
 * crosses is taken out of the stream; unless both sides have announced SMC: then the Proposal is certain to come, and
 * the owner has to wait for it.
 */
final class ServerNegotiation extends Negotiation {

    private enum State {
        /** For the first bytes. */
        LISTENING,
        /** The contact readies the Accept. */
        PREPARING,
        ACCEPTED,
        /** The contact makes the connection. */
        COMPLETING,
        /** On TCP, where a Decline may still come. */
        GATED
    }

    private final InetSocketAddress local;
    /** Whether the client is going to send a Proposal. */
    private final boolean mustNegotiate;
    /** Whether the client would have sent a Proposal, had it known that it may. */
    private final boolean announcedUnanswered;
    private State state = State.LISTENING;
    private HeldContact<ServerContact> contact;
    private int version = Clc.V2;
    /** Whether the client has begun a Proposal, so that the outcome is near. */
    private boolean begun;
    /** Whether the control loop goes on with what has been received. */
    private boolean handedOver;

    private ServerNegotiation(Negotiations owner, Negotiable channel, int fd, InetSocketAddress local,
            InetSocketAddress peer, boolean mustNegotiate) {
        super(owner, channel, fd, peer, Role.SERVER);
        this.local = local;
        this.mustNegotiate = mustNegotiate;
        this.announcedUnanswered = owner.discovery.announcer().announcedUnanswered(fd);
    }

    /**
     * Begins to look for a Proposal on an accepted socket.
     *
     * @param mustNegotiate {@link Negotiations#isObligatory}
     */
    static ServerNegotiation start(Negotiations owner, Negotiable channel, int fd, InetSocketAddress local,
            InetSocketAddress peer, boolean mustNegotiate) {
        ServerNegotiation negotiation = new ServerNegotiation(owner, channel, fd, local, peer, mustNegotiate);
        synchronized (negotiation) {
            negotiation.begin();
            if (!negotiation.isEnded()) {
                negotiation.start();
            }
        }
        return negotiation;
    }

    private void start() {
        if (mustNegotiate) {
            startClock();
        } else if (owner.config.sharedMemory().enabled()) {
            step(this::lookAhead);
        }
        if (isEnded() || handedOver) {
            return;
        }
        try {
            watch(false);
        } catch (OsException e) {
            LOG.log(System.Logger.Level.DEBUG, "SMC negotiation not begun", e);
            step(() -> leaveListening(FallbackReason.NO_RESOURCES));
        }
    }

    /** A client that shares memory with this process has often sent its Proposal before it is accepted. */
    private void lookAhead() throws IOException {
        if (!socket.hasInput()) {
            return;
        }
        Inbound inbound = socket.receive();
        if (inbound == Inbound.MESSAGE && socket.message() instanceof ClcProposal proposal
                && !isForThisThread(proposal)) {
            beginExchange();
            version = proposal.version();
            handedOver = true;
            owner.loop.execute(() -> resume(() -> {
                watch(false);
                proposed(proposal);
            }));
        } else {
            listening(inbound);
        }
    }

    /** Whether all that an answer takes is there, and none of it the control loop's. */
    private boolean isForThisThread(ClcProposal proposal) {
        SmcdClc.Proposer proposer = SmcdClc.proposer(proposal);
        return proposer.objection() == null && owner.linkGroups.isKnown(proposer.gid());
    }

    /** Unless the client speaks SMC for sure, this makes it a plain TCP connection. */
    @Override
    public synchronized void ownerWrites() {
        if (state == State.LISTENING && !isDecided() && !begun && !mustNegotiate) {
            owner.leaveUnanswered(socket.fd(), local, false);
            state = State.GATED;
            fallBack(FallbackReason.SERVER_SPOKE_FIRST, 0, true);
        }
    }

    @Override
    void advance(int events) throws IOException {
        Inbound inbound = socket.receive();
        switch (state) {
            case LISTENING -> listening(inbound);
            case PREPARING, ACCEPTED, COMPLETING -> exchanging(inbound);
            case GATED -> gated(inbound);
        }
    }

    private void listening(Inbound inbound) throws IOException {
        switch (inbound) {
            case INCOMPLETE -> {
                if (socket.hasInput()) {
                    begun = true;
                    startClock();
                }
            }
            // Bytes without a valid frame are not ours to judge: they go to the application untouched.
            case ENDED, CUT, FOREIGN -> fallBack(announcedUnanswered ? FallbackReason.NOT_ANNOUNCED
                    : FallbackReason.PEER_WITHOUT_SMC, 0, false);
            case MALFORMED -> decline(FallbackReason.MALFORMED);
            case MESSAGE -> {
                beginExchange();
                if (socket.message() instanceof ClcProposal proposal) {
                    proposed(proposal);
                } else if (socket.message() instanceof ClcDecline decline) {
                    fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
                } else {
                    decline(FallbackReason.MALFORMED);
                }
            }
        }
    }

    private void beginExchange() {
        begun = true;
        account.exchanged();
        startClock();
    }

    private void proposed(ClcProposal proposal) throws IOException {
        version = proposal.version();
        if (isTakenBack()) {
            return;
        }
        state = State.PREPARING;
        try {
            if (owner.policy().decideInbound(peer.getAddress(), local.getPort()).action() == Action.DENY) {
                throw new DeclineException(FallbackReason.POLICY);
            }
            contact = new HeldContact<>(this, choose(proposal));
        } catch (DeclineException e) {
            decline(e.reason());
            return;
        }
        // A contact has clocks of its own.
        stopClock();
        contact.prepare(this::prepared);
        if (!isEnded()) {
            // What came with the Proposal is no news to the epoll set.
            advance(0);
        }
    }

    /**
     * Whether the client has given up waiting meanwhile, which a Decline behind its Proposal says: then no answer is
     * due.
     */
    private boolean isTakenBack() throws IOException {
        Inbound behind = socket.receive();
        if (behind == Inbound.MESSAGE && socket.message() instanceof ClcDecline decline) {
            fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
        } else if (behind == Inbound.MESSAGE || behind == Inbound.MALFORMED) {
            decline(FallbackReason.MALFORMED);
        }
        return isDecided();
    }

    /** SMC-D first: where both are possible, the peer is on this host. */
    private ServerContact choose(ClcProposal proposal) throws DeclineException {
        boolean smcr = Clc.includesSmcr(proposal.typeV1()) || Clc.includesSmcr(proposal.typeV2());
        if (owner.config.sharedMemory().enabled() && (!smcr || SmcdClc.proposer(proposal).objection() == null)) {
            return owner.linkGroups.proposed(proposal, bufferSizes());
        }
        Rdma.Port port = smcr ? owner.rdma.portFor(local.getAddress()) : null;
        if (port == null) {
            throw new DeclineException(smcr ? FallbackReason.NO_SMCR_DEVICE : FallbackReason.NO_DEVICE);
        }
        return port.proposed(proposal, bufferSizes());
    }

    private void prepared(FallbackReason reason) throws IOException {
        if (reason != null) {
            decline(reason);
            return;
        }
        state = State.ACCEPTED;
        startClock();
        socket.send(contact.get().accept());
    }

    private void exchanging(Inbound inbound) throws IOException {
        switch (inbound) {
            case INCOMPLETE -> {
                return;
            }
            case ENDED -> {
                // A client that has its connection may end it at once, by TCP too, before RDMA has told here.
                if (state != State.COMPLETING) {
                    fallBack(FallbackReason.PEER_LOST, 0, false);
                }
            }
            case CUT -> fail(new SocketException("SMC handshake ended within a CLC message"));
            case FOREIGN -> fail(new SocketException("SMC handshake ended by bytes that are no CLC message"));
            case MALFORMED -> decline(FallbackReason.MALFORMED);
            case MESSAGE -> {
                if (socket.message() instanceof ClcConfirm confirm && state == State.ACCEPTED) {
                    confirmed(confirm);
                } else if (socket.message() instanceof ClcDecline decline) {
                    declined(decline);
                } else {
                    decline(FallbackReason.MALFORMED);
                }
            }
        }
    }

    private void confirmed(ClcConfirm confirm) throws IOException {
        try {
            contact.get().confirmed(confirm);
        } catch (DeclineException e) {
            decline(e.reason());
            return;
        }
        stopClock();
        state = State.COMPLETING;
        contact.complete(this::completed);
        if (!isEnded()) {
            // What came with the Confirm is no news to the epoll set.
            advance(0);
        }
    }

    private void completed(FallbackReason reason) throws IOException {
        if (reason == null) {
            succeed(contact.connect());
        } else {
            decline(reason);
        }
    }

    // ---- ends

    private void declined(ClcDecline decline) {
        if (decline.outOfSync()) {
            contact.outOfSync();
        }
        fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
    }

    /** Goes on with TCP; a Decline of the client's may be on its way too. */
    private void decline(FallbackReason reason) throws IOException {
        account.exchanged();
        socket.send(newDecline(version, reason));
        state = State.GATED;
        stopClock();
        fallBack(reason, 0, true);
        // What came with the message just taken is no news to the epoll set.
        gated(socket.receive());
    }

    private void gated(Inbound inbound) throws OsException {
        if (inbound == Inbound.MESSAGE && socket.message() instanceof ClcProposal) {
            // Crossed what the owner wrote. A client that has given up waiting has sent a Decline behind it.
            gated(socket.receive());
        } else if (inbound != Inbound.INCOMPLETE) {
            openGate();
        } else if (socket.hasInput()) {
            startClock();
        }
    }

    /** A client that is still to see an answer is told by a Decline; what it has sent or is about to send is taken. */
    @Override
    Parting.Words lastWords() throws IOException {
        return switch (state) {
            case LISTENING -> lastWordsBeforeProposal();
            case PREPARING -> takeBack(version, false);
            case ACCEPTED -> lastWordsAfterAccept();
            case COMPLETING -> outliveOwner();
            case GATED -> new Parting.Words(null, true);
        };
    }

    private Parting.Words lastWordsAfterAccept() {
        if (contact.get().takeBack()) {
            contact = null;
            // A client may leave without a word. Who ends the stream need not know, but a reset has to come soon.
            return isReset() ? takeBack(version, false) : new Parting.Words(null, true);
        }
        outliveOwner();
        if (contact.get().peerRing() != null) {
            // The client need not tell any more which ring is its own.
            succeed(contact.connect());
        }
        return null;
    }

    private Parting.Words lastWordsBeforeProposal() throws IOException {
        if (handedOver) {
            // The control loop has not got to the Proposal.
            return takeBack(version, false);
        }
        if (socket.receive() == Inbound.MESSAGE && socket.message() instanceof ClcProposal proposal) {
            return takeBack(proposal.version(), false);
        }
        owner.leaveUnanswered(socket.fd(), local, isReset());
        return (mustNegotiate || begun) && !isReset() ? new Parting.Words(null, true) : null;
    }

    /** The client finds the reset behind a Decline, or is told when it asks. */
    @Override
    void ownerResets() throws IOException {
        if (state == State.LISTENING && !handedOver) {
            if (socket.receive() != Inbound.MESSAGE || !(socket.message() instanceof ClcProposal proposal)) {
                owner.leaveUnanswered(socket.fd(), local, true);
                return;
            }
            version = proposal.version();
        }
        if (state != State.GATED) {
            socket.send(newDecline(version, FallbackReason.PEER_LOST));
        }
    }

    @Override
    void release() {
        if (contact != null) {
            contact.giveUp();
        }
    }

    @Override
    void expired() {
        switch (state) {
            case LISTENING -> {
                if (begun) {
                    fallBack(FallbackReason.TIMEOUT, 0, false);
                } else {
                    // The Proposal that was announced may still come.
                    state = State.GATED;
                    stopClock();
                    fallBack(FallbackReason.TIMEOUT, 0, true);
                }
            }
            case GATED -> openGate();
            default -> fail(new SocketException("SMC handshake timed out"));
        }
    }

    @Override
    void abort() throws IOException {
        switch (state) {
            case LISTENING -> {
                if (mustNegotiate) {
                    fail(closed());
                } else {
                    leaveListening(FallbackReason.DISABLED);
                }
            }
            case GATED -> leaveGate(true);
            default -> fail(closed());
        }
    }

    /** Nobody looks any more for what comes. A client that has proposed is told to go on with TCP. */
    private void leaveListening(FallbackReason reason) throws IOException {
        Inbound inbound = handedOver ? Inbound.INCOMPLETE : socket.receive();
        boolean proposed = handedOver;
        if (inbound == Inbound.MESSAGE && socket.message() instanceof ClcProposal proposal) {
            version = proposal.version();
            proposed = true;
        }
        if (proposed) {
            account.exchanged();
            socket.send(newDecline(version, reason));
        }
        state = State.GATED;
        fallBack(reason, 0, true);
        if (proposed || inbound == Inbound.INCOMPLETE) {
            leaveGate(proposed);
        } else {
            openGate();
        }
    }

    private static SocketException closed() {
        return new SocketException("SMC engine closed during the handshake");
    }

    @Override
    void broken(IOException cause) {
        if (state == State.GATED) {
            breakGate(cause);
        } else {
            failBehindInput(FallbackReason.PEER_LOST, cause, true);
        }
    }
}
