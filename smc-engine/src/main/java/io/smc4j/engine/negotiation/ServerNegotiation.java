package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SmcdLinkGroup;
import io.smc4j.engine.link.SmcdPeerRing;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdDmb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * The accepting side. The channel is in its owner's hands already and looks like one on which nothing has come yet. The
 * first bytes decide: a Proposal is answered, anything else is the application's and the connection plain TCP. If the
 * owner writes before, it is plain TCP as well; a Proposal that crosses is taken out of the stream.
 */
public final class ServerNegotiation extends Negotiation {

    private enum State { LISTENING, ACCEPTED, GATED }

    private final InetAddress peer;
    private final int listenPort;
    private State state = State.LISTENING;
    private SmcdLinkGroup group;
    /** Whether the client has begun a Proposal, so that the outcome is near. */
    private boolean begun;

    private ServerNegotiation(SmcEngine engine, Negotiable channel, int fd, InetAddress peer, int listenPort) {
        super(engine, channel, fd);
        this.peer = peer;
        this.listenPort = listenPort;
    }

    /** Why SMC is not offered to a client; {@code null} if it is. */
    public static FallbackReason objection(SmcEngine engine, InetSocketAddress local, InetSocketAddress peer) {
        if (!engine.config().serverEnabled() || engine.isClosed()) {
            return FallbackReason.DISABLED;
        }
        if (!peer.getAddress().equals(local.getAddress()) && !engine.discovery().isLocal(peer.getAddress())) {
            return FallbackReason.PEER_NOT_LOCAL;
        }
        return null;
    }

    /** Begins to look for a Proposal on an accepted socket. */
    public static ServerNegotiation start(SmcEngine engine, Negotiable channel, int fd, InetAddress peer, int listenPort)
            throws OsException {
        ServerNegotiation negotiation = new ServerNegotiation(engine, channel, fd, peer, listenPort);
        synchronized (negotiation) {
            negotiation.begin();
        }
        return negotiation;
    }

    /** The owner wants to write. Unless the client has begun to speak SMC, this makes it a plain TCP connection. */
    public synchronized void ownerWrites() {
        if (isDecided() || state != State.LISTENING || begun) {
            return;
        }
        state = State.GATED;
        fallBack(FallbackReason.SERVER_SPOKE_FIRST, 0, true);
    }

    /** Whether a write would decide for TCP at once. */
    public synchronized boolean isOpen() {
        return !isDecided() && !begun;
    }

    @Override
    void advance(int events) throws IOException {
        Inbound inbound = receive();
        switch (state) {
            case LISTENING -> listening(inbound);
            case ACCEPTED -> accepted(inbound);
            case GATED -> gated(inbound);
        }
    }

    private void listening(Inbound inbound) throws IOException {
        switch (inbound) {
            case INCOMPLETE -> {
                if (hasInput()) {
                    begun = true;
                    startClock();
                }
            }
            // Bytes without a valid frame are not ours to judge: they go to the application untouched.
            case ENDED, CUT, FOREIGN -> fallBack(FallbackReason.PEER_WITHOUT_SMC, 0, false);
            case MALFORMED -> decline(FallbackReason.MALFORMED);
            case MESSAGE -> {
                begun = true;
                exchanged();
                startClock();
                if (message() instanceof ClcProposal proposal) {
                    proposed(proposal);
                } else if (message() instanceof ClcDecline decline) {
                    fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
                } else {
                    decline(FallbackReason.MALFORMED);
                }
            }
        }
    }

    private void proposed(ClcProposal proposal) throws IOException {
        ClcPeer.Proposer proposer = ClcPeer.proposer(proposal);
        FallbackReason objection = proposer.objection();
        if (objection == null && !engine.policy().allowsInbound(peer, listenPort)) {
            objection = FallbackReason.POLICY;
        }
        if (objection == null) {
            group = engine.linkGroups().forProposal(proposer.gid());
            if (group == null) {
                objection = FallbackReason.NO_MATCHING_DEVICE;
            } else {
                try {
                    setRing(group.allocate(channel.receiveRingSize()));
                } catch (LinkGroup.NoRingException e) {
                    objection = e.reason();
                }
            }
        }
        if (objection != null) {
            decline(objection);
            return;
        }
        state = State.ACCEPTED;
        send(engine.peer().accept(ring()));
        // What came with the Proposal is no news to the epoll set.
        accepted(receive());
    }

    private void accepted(Inbound inbound) throws IOException {
        switch (inbound) {
            case INCOMPLETE -> {
                return;
            }
            case ENDED -> fallBack(FallbackReason.PEER_LOST, 0, false);
            case CUT -> fail(new SocketException("SMC handshake ended within a CLC message"));
            case FOREIGN -> fail(new SocketException("SMC handshake ended by bytes that are no CLC message"));
            case MALFORMED -> decline(FallbackReason.MALFORMED);
            case MESSAGE -> {
                if (message() instanceof ClcConfirm confirm) {
                    confirmed(confirm);
                } else if (message() instanceof ClcDecline decline) {
                    fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
                } else {
                    decline(FallbackReason.MALFORMED);
                }
            }
        }
    }

    private void confirmed(ClcConfirm confirm) throws IOException {
        SmcdDmb buffer = ClcPeer.buffer(confirm.terms(), confirm.body());
        if (buffer == null) {
            decline(FallbackReason.MODE_UNSUPPORTED);
            return;
        }
        boolean ofThisGroup = ClcPeer.owner(buffer).equals(group.peerGid()) && buffer.linkId() == group.peerLinkGroupId();
        SmcdPeerRing peerRing = ofThisGroup ? bind(buffer) : null;
        if (peerRing == null) {
            decline(FallbackReason.OUT_OF_SYNC);
            return;
        }
        SmcConnection connection = connect(peerRing);
        connection.establish();
        succeed(connection);
    }

    /** Goes on with TCP; a Decline of the client's may be on its way too. */
    private void decline(FallbackReason reason) throws IOException {
        exchanged();
        send(engine.peer().decline(reason));
        state = State.GATED;
        stopClock();
        fallBack(reason, 0, true);
        // What came with the message just taken is no news to the epoll set.
        gated(receive());
    }

    private void gated(Inbound inbound) throws OsException {
        if (inbound != Inbound.INCOMPLETE) {
            openGate();
        } else if (hasInput()) {
            startClock();
        }
    }

    @Override
    void expired() {
        switch (state) {
            case LISTENING -> fallBack(FallbackReason.TIMEOUT, 0, false);
            case ACCEPTED -> fail(new SocketException("SMC handshake timed out"));
            case GATED -> openGate();
        }
    }

    @Override
    void abort() {
        switch (state) {
            case LISTENING -> fallBack(FallbackReason.DISABLED, 0, false);
            case ACCEPTED -> fail(new SocketException("SMC engine closed during the handshake"));
            case GATED -> openGate();
        }
    }

    @Override
    void broken(IOException cause) {
        switch (state) {
            case LISTENING, ACCEPTED -> fail(cause);
            case GATED -> breakGate(cause);
        }
    }
}
