package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SmcdLinkGroup;
import io.smc4j.engine.link.SmcdLinkGroups.LinkException;
import io.smc4j.engine.link.SmcdPeerRing;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.SmcdDmb;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;

/**
 * The connecting side: Proposal, Accept, Confirm, and the server's sign in the shared memory that it took the Confirm. Until
 * that sign the server may still decline, so the connection is not handed out before: declines cannot cross.
 *
 * <p>Whatever goes wrong before, but for a proper Decline, leaves the byte stream in doubt. The socket is then thrown away
 * and a plain TCP connection made in its place, before the application has seen any of it.
 */
public final class ClientNegotiation extends Negotiation implements Doorbell.Listener, LinkGroup.Member {

    private enum State { CONNECTING, LINKING, PROPOSED, CONFIRMED, GATED, RECONNECTING }

    private final InetSocketAddress remote;
    private final CompletableFuture<SmcdLinkGroup> link;
    private State state = State.CONNECTING;
    private SmcdLinkGroup group;
    private SmcdPeerRing peerRing;
    private DoorbellSlot slot;
    private FallbackReason failure;

    private ClientNegotiation(SmcEngine engine, Negotiable channel, int fd, InetSocketAddress remote,
            CompletableFuture<SmcdLinkGroup> link) {
        super(engine, channel, fd);
        this.remote = remote;
        this.link = link;
    }

    /** Why SMC is not tried with a listener; {@code null} if it may be. */
    public static FallbackReason objection(SmcEngine engine, InetSocketAddress remote) {
        if (!engine.config().clientEnabled() || engine.isClosed()) {
            return FallbackReason.DISABLED;
        }
        if (!engine.policy().allowsOutbound(remote)) {
            return FallbackReason.POLICY;
        }
        if (!engine.discovery().isLocal(remote.getAddress())) {
            return FallbackReason.PEER_NOT_LOCAL;
        }
        return engine.discovery().hasFailed(remote) ? FallbackReason.RECENT_FAILURE : null;
    }

    /**
     * Begins a negotiation for a socket that is connecting.
     *
     * @return {@code null} if the listener does not know SMC
     */
    public static ClientNegotiation start(SmcEngine engine, Negotiable channel, int fd, InetSocketAddress remote)
            throws OsException {
        CompletableFuture<SmcdLinkGroup> link = engine.discovery().find(remote);
        if (link == null) {
            return null;
        }
        ClientNegotiation negotiation = new ClientNegotiation(engine, channel, fd, remote, link);
        synchronized (negotiation) {
            negotiation.begin();
        }
        return negotiation;
    }

    @Override
    void advance(int events) throws IOException {
        switch (state) {
            case CONNECTING -> connecting(events);
            case RECONNECTING -> reconnecting(events);
            case PROPOSED -> proposed();
            case CONFIRMED -> confirmed();
            case GATED -> gated();
            case LINKING -> {
                // Nothing was said yet; whatever the socket has to tell shows when the Proposal is sent.
            }
        }
    }

    private void connecting(int events) throws IOException {
        if ((events & (Epoll.EPOLLOUT | Epoll.EPOLLERR | Epoll.EPOLLHUP)) == 0) {
            return;
        }
        int errno = Sockets.connectResult(fd);
        if (errno != 0) {
            fail(OsException.of("connect", errno));
            return;
        }
        state = State.LINKING;
        startClock();
        link.whenComplete((result, problem) -> engine.loop().execute(() -> linked(result, problem)));
    }

    private synchronized void linked(SmcdLinkGroup result, Throwable problem) {
        if (state != State.LINKING || isDecided()) {
            return;
        }
        if (result == null) {
            Throwable cause = problem.getCause() == null ? problem : problem.getCause();
            leaveTcp(cause instanceof LinkException e ? e.reason() : FallbackReason.INTERNAL_ERROR);
            return;
        }
        step(this::propose);
    }

    private void propose() throws IOException {
        if (hasInput()) {
            // Came while nobody cared, so that the epoll set tells it no more.
            leaveTcp(FallbackReason.SERVER_SPOKE_FIRST);
            return;
        }
        state = State.PROPOSED;
        exchanged();
        send(engine.peer().proposal());
    }

    /** Nothing was said on this socket: it is as good as new. */
    private void leaveTcp(FallbackReason reason) {
        if (reason == FallbackReason.TIMEOUT) {
            // Or every connection would wait for as long.
            engine.discovery().remember(remote);
        }
        fallBack(reason, 0, false);
    }

    private void proposed() throws IOException {
        switch (receive()) {
            case INCOMPLETE -> {
                return;
            }
            case ENDED, CUT -> startOver(FallbackReason.PEER_LOST);
            case FOREIGN -> startOver(FallbackReason.SERVER_SPOKE_FIRST);
            case MALFORMED -> startOver(FallbackReason.MALFORMED);
            case MESSAGE -> {
                if (message() instanceof ClcAccept accept) {
                    accepted(accept);
                    // More may have come with the Accept, which is no news to the epoll set.
                    advance(0);
                } else if (message() instanceof ClcDecline decline) {
                    fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
                } else {
                    startOver(FallbackReason.MALFORMED);
                }
            }
        }
    }

    private void accepted(ClcAccept accept) throws IOException {
        SmcdDmb buffer = ClcPeer.buffer(accept.terms(), accept.body());
        FallbackReason objection = buffer == null ? FallbackReason.MODE_UNSUPPORTED : null;
        if (objection == null) {
            // There may be several, and behind a shared port another process than the marker's. The token proves it.
            group = engine.linkGroups().forAccept(ClcPeer.owner(buffer), buffer.linkId());
            objection = group == null ? FallbackReason.OUT_OF_SYNC : null;
        }
        if (objection == null) {
            try {
                setRing(group.allocate(channel.receiveRingSize()));
            } catch (LinkGroup.NoRingException e) {
                objection = e.reason();
            }
        }
        if (objection == null) {
            peerRing = bind(buffer);
            slot = engine.loop().doorbell().slot(group);
            if (peerRing != null && slot != null) {
                // Before the Confirm, or the server's sign could go by unnoticed.
                ring().ringAt(slot, this);
                ring().attach(this);
                state = State.CONFIRMED;
                send(engine.peer().confirm(ring()));
                return;
            }
            peerRing = null;
            objection = FallbackReason.OUT_OF_SYNC;
        }
        // The server awaits a Confirm and has said all it has to, but for a Decline that crosses ours.
        send(engine.peer().decline(objection));
        state = State.GATED;
        fallBack(objection, 0, true);
    }

    private void confirmed() throws IOException {
        if (SmcConnection.isEstablished(ring())) {
            ring().silence(slot);
            succeed(connect(peerRing));
            return;
        }
        if (!group.isActive()) {
            startOver(FallbackReason.PEER_LOST);
            return;
        }
        switch (receive()) {
            case INCOMPLETE -> {
                return;
            }
            case MESSAGE -> {
                if (message() instanceof ClcDecline decline) {
                    abandon();
                    fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
                } else {
                    startOver(FallbackReason.MALFORMED);
                }
            }
            case ENDED, CUT -> startOver(FallbackReason.PEER_LOST);
            default -> startOver(FallbackReason.MALFORMED);
        }
    }

    /** The server's sign may have come. */
    @Override
    public void rung() {
        synchronized (this) {
            if (state == State.CONFIRMED && !isDecided()) {
                step(this::confirmed);
            }
        }
    }

    @Override
    public void linkDown() {
        engine.loop().execute(this::rung);
    }

    @Override
    public void peerClosed() {
        // The server closes what it has established, so its sign is there.
    }

    @Override
    public boolean tryRelease() {
        return false;
    }

    private void gated() throws IOException {
        if (receive() != Inbound.INCOMPLETE) {
            openGate();
        } else if (hasInput()) {
            startClock();
        }
    }

    private void startOver(FallbackReason reason) throws IOException {
        abandon();
        engine.discovery().remember(remote);
        LOG.log(System.Logger.Level.DEBUG, "SMC not possible with {0}: {1}", remote, reason.text());
        failure = reason;
        state = State.RECONNECTING;
        stopClock();
        unwatch();
        fd = channel.reconnect();
        watch();
    }

    private void reconnecting(int events) throws IOException {
        if ((events & (Epoll.EPOLLOUT | Epoll.EPOLLERR | Epoll.EPOLLHUP)) == 0) {
            return;
        }
        int errno = Sockets.connectResult(fd);
        if (errno != 0) {
            fail(OsException.of("connect", errno));
        } else {
            fallBack(failure, 0, false);
        }
    }

    /**
     * Takes the Confirm back. If the server has taken it already, it sees the connection reset; if not, it must not be
     * touched any more: its ring may serve another connection by now.
     */
    private void abandon() {
        if (state == State.CONFIRMED && ring() != null) {
            ring().silence(slot);
            if (ring().revoke()) {
                freeRing();
            } else {
                connect(peerRing).close(true);
            }
        }
    }

    @Override
    void expired() {
        switch (state) {
            case GATED -> openGate();
            case LINKING -> leaveTcp(FallbackReason.TIMEOUT);
            default -> step(() -> startOver(FallbackReason.TIMEOUT));
        }
    }

    @Override
    void abort() {
        switch (state) {
            case LINKING -> leaveTcp(FallbackReason.DISABLED);
            case GATED -> openGate();
            default -> fail(new SocketException("SMC engine closed while connecting"));
        }
    }

    @Override
    void broken(IOException cause) {
        switch (state) {
            case GATED -> breakGate(cause);
            case CONNECTING, RECONNECTING -> fail(cause);
            default -> {
                try {
                    startOver(FallbackReason.PEER_LOST);
                } catch (IOException e) {
                    e.addSuppressed(cause);
                    fail(e);
                }
            }
        }
    }

    @Override
    void discard() {
        abandon();
    }
}
