package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.negotiation.ClcInput.Inbound;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * The connecting side: Proposal, Accept, Confirm, and the sign that the server has established the connection. What
 * lies between the messages is a {@link ClientMethod}'s, chosen when TCP has connected.
 *
 * <p>What goes wrong before that sign ends in TCP: on the same connection as long as it is known who has seen which
 * byte of it, else on a new one in its place, before anything of the application's was sent.
 */
final class ClientNegotiation extends Negotiation {

    private final InetSocketAddress remote;
    private Prospects prospects;
    /** Whether this is the attempt with the process that has come after the first one. */
    private boolean withSuccessor;
    private ClientState state = ClientState.CONNECTING;
    private boolean announcing;
    /** Whether the server waits for a message of CLC, whichever. */
    private boolean mustNegotiate;
    private ClientMethod method;
    private int version = Clc.V2;
    private FallbackReason failure;
    private Inquiry inquiry;

    private ClientNegotiation(SmcEngine engine, Negotiable channel, int fd, InetSocketAddress remote, Prospects prospects) {
        super(engine, channel, fd);
        this.remote = remote;
        this.prospects = prospects;
        this.announcing = prospects.announced();
    }

    /** @param ready whether TCP has connected and a Proposal takes no more: then the caller's thread sends it */
    static ClientNegotiation start(SmcEngine engine, Negotiable channel, int fd, InetSocketAddress remote,
            Prospects prospects, boolean ready) throws OsException {
        ClientNegotiation negotiation = new ClientNegotiation(engine, channel, fd, remote, prospects);
        synchronized (negotiation) {
            negotiation.begin();
            if (!negotiation.isEnded()) {
                negotiation.start(ready);
            }
        }
        return negotiation;
    }

    private void start(boolean ready) throws OsException {
        watch(!ready);
        if (ready) {
            step(this::connected);
        }
    }

    @Override
    void advance(int events) throws IOException {
        switch (state) {
            case CONNECTING -> {
                if (isConnected(events)) {
                    connected();
                }
            }
            case RECONNECTING -> {
                if (isConnected(events)) {
                    fallBack(failure, 0, false);
                }
            }
            case BEGUN, IN_DOUBT -> {
                // Nothing was said yet, or what was said is not for this side to judge.
            }
            case PROPOSED -> proposed();
            case PREPARING, UNANSWERED -> lookForDecline(true);
            case CONFIRMED -> method.look();
            case GATED -> gated();
        }
    }

    // ---- connecting

    private boolean isConnected(int events) throws IOException {
        if ((events & (Epoll.EPOLLOUT | Epoll.EPOLLERR | Epoll.EPOLLHUP)) == 0) {
            return false;
        }
        int errno = Sockets.connectResult(fd);
        if (errno != 0) {
            throw OsException.of("connect", errno);
        }
        return true;
    }

    private void connected() throws IOException {
        mustNegotiate = announcing && engine.discovery().announcer().peerAnnounced(fd);
        forgetAnnouncement();
        state = ClientState.BEGUN;
        channel.onConnected();
        startClock();
        if (prospects.link() != null) {
            method = new SmcdClient(this, prospects.link());
            method.begin();
        } else if (mustNegotiate || prospects.known()) {
            method = SmcrClient.of(this);
            if (method == null) {
                leaveTcp(FallbackReason.NO_SMCR_DEVICE);
            } else {
                method.begin();
            }
        } else {
            leaveTcp(FallbackReason.PEER_WITHOUT_SMC);
        }
    }

    private void forgetAnnouncement() {
        if (announcing) {
            announcing = false;
            engine.discovery().announcer().forget(fd);
        }
    }

    // ---- the exchange, as the method goes on

    /** Sends the Proposal. */
    void propose() throws IOException {
        if (hasInput()) {
            // Came while nobody cared, so that the epoll set tells it no more.
            fallBack(FallbackReason.SERVER_SPOKE_FIRST, 0, false);
            return;
        }
        state = ClientState.PROPOSED;
        exchanged();
        send(method.proposal());
    }

    /** Nothing was said on this socket: it is as good as new, unless the server waits for a Proposal. */
    void leaveTcp(FallbackReason reason) throws IOException {
        if (reason == FallbackReason.TIMEOUT) {
            remember(reason);
        }
        if (mustNegotiate) {
            exchanged();
            send(engine.clc().decline(version, reason));
        }
        fallBack(reason, 0, false);
    }

    /** The Confirm needs more than a look; the method has its own clocks. */
    void preparing() {
        stopClock();
        state = ClientState.PREPARING;
    }

    /** Sends the Confirm. */
    void confirm(ClcConfirm confirm) throws IOException {
        state = ClientState.CONFIRMED;
        send(confirm);
        method.confirmed();
    }

    /** The server expects something else than a Decline, and has said all it has to, but for one that crosses ours. */
    void decline(FallbackReason reason) throws IOException {
        send(engine.clc().decline(version, reason));
        gate(reason);
    }

    /**
     * The server has taken its Accept back: it has closed the connection, or is about to decline. To decline as well would make
     * the kernel reset a connection that was closed in order.
     */
    void yieldToServer() throws IOException {
        gate(FallbackReason.PEER_LOST);
    }

    private void gate(FallbackReason reason) throws IOException {
        state = ClientState.GATED;
        stopClock();
        fallBack(reason, 0, true);
        // What came before is no news to the epoll set.
        gated();
    }

    /** Gives the server time to decline, before this side does. */
    void awaitDecline(FallbackReason reason, long nanos) throws IOException {
        remember(reason);
        failure = reason;
        state = ClientState.UNANSWERED;
        startClock(nanos);
        lookForDecline(true);
    }

    // ---- what comes

    private void proposed() throws IOException {
        switch (receive()) {
            case INCOMPLETE -> {
                return;
            }
            case ENDED -> inquire(FallbackReason.PEER_LOST);
            case CUT -> startOver(FallbackReason.PEER_LOST);
            case FOREIGN -> inquire(FallbackReason.SERVER_SPOKE_FIRST);
            case MALFORMED -> startOver(FallbackReason.MALFORMED);
            case MESSAGE -> {
                if (message() instanceof ClcAccept accept) {
                    accepted(accept);
                } else if (message() instanceof ClcDecline decline) {
                    declined(decline);
                } else {
                    startOver(FallbackReason.MALFORMED);
                }
            }
        }
    }

    /**
     * The server's application may have been faster than its engine. Then nobody else has seen the Proposal, which is
     * taken out of the stream there, and the connection is sound. Who cannot say so is left.
     */
    private void inquire(FallbackReason reason) throws IOException {
        stopClock();
        inquiry = Inquiry.begin(engine, prospects.group(), fd, remote.getPort(), own -> resume(() -> inquired(own)));
        if (inquiry == null) {
            startOver(reason);
            return;
        }
        failure = reason;
        state = ClientState.IN_DOUBT;
        startClock(Math.min(Inquiry.NANOS, engine.config().handshakeTimeout().toNanos()));
    }

    private void inquired(boolean own) throws IOException {
        if (state == ClientState.IN_DOUBT && own) {
            fallBack(failure, 0, false);
        } else if (state == ClientState.IN_DOUBT) {
            startOver(failure);
        }
    }

    private void accepted(ClcAccept accept) throws IOException {
        version = accept.version();
        try {
            method.accepted(accept);
        } catch (DeclineException e) {
            decline(e.reason());
        }
        if (!isEnded()) {
            // More may have come with the Accept, which is no news to the epoll set.
            advance(0);
        }
    }

    /** @param untilEnd whether the end of the stream ends the attempt */
    void lookForDecline(boolean untilEnd) throws IOException {
        switch (receive()) {
            case INCOMPLETE -> {
                return;
            }
            case MESSAGE -> {
                if (message() instanceof ClcDecline decline) {
                    declined(decline);
                } else {
                    startOver(FallbackReason.MALFORMED);
                }
            }
            case ENDED, CUT -> {
                if (untilEnd) {
                    startOver(FallbackReason.PEER_LOST);
                }
            }
            case FOREIGN, MALFORMED -> startOver(FallbackReason.MALFORMED);
        }
    }

    private void declined(ClcDecline decline) {
        if (decline.outOfSync()) {
            method.outOfSync();
        }
        if (decline.diagnosisCode() == FallbackReason.CONFIRM_LINK_TIMEOUT.code()) {
            remember(FallbackReason.CONFIRM_LINK_TIMEOUT);
        }
        fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
    }

    private void gated() throws IOException {
        if (receive() != Inbound.INCOMPLETE) {
            openGate();
        } else if (hasInput()) {
            startClock();
        }
    }

    // ---- ends

    /** Or every connection would fail, or wait for as long. */
    private void remember(FallbackReason reason) {
        engine.discovery().failures().remember(remote, prospects.peer(), reason);
    }

    @Override
    void succeed(SmcConnection connection) {
        engine.discovery().failures().forget(remote);
        super.succeed(connection);
    }

    /**
     * The server's application may accept later. A server that speaks CLC then finds a Decline behind the Proposal, and
     * the byte stream behind that is the application's; its own answer, if it gives one, is taken out of the stream
     * here. Who may be no SMC implementation, or has sent a part of something, is left.
     */
    private void giveUpWaiting() throws IOException {
        if (isSent() && (mustNegotiate || prospects.link() != null) && !hasInput()) {
            decline(FallbackReason.TIMEOUT);
        } else {
            startOver(FallbackReason.TIMEOUT);
        }
    }

    void startOver(FallbackReason reason) throws IOException {
        release();
        remember(reason);
        LOG.log(System.Logger.Level.DEBUG, "SMC not possible with {0}: {1}", remote, reason.text());
        failure = reason;
        state = ClientState.RECONNECTING;
        stopClock();
        unwatch();
        fd = channel.reconnect();
        tryWithSuccessor();
        watch(true);
    }

    /** A process that has ended may have a successor already, which is worth an attempt of its own. */
    private void tryWithSuccessor() {
        Prospects next = withSuccessor ? null : prospects.ofSuccessor(engine, remote);
        if (next != null) {
            withSuccessor = true;
            prospects = next;
            method = null;
            mustNegotiate = false;
            version = Clc.V2;
            state = ClientState.CONNECTING;
        }
    }

    @Override
    Parting.Words lastWords() {
        return switch (state) {
            // In the last case the method ends the connection.
            case CONNECTING, RECONNECTING, IN_DOUBT, CONFIRMED -> null;
            case BEGUN -> mustNegotiate ? takeBack(version, false) : null;
            case PROPOSED -> takeBack(version, true);
            case PREPARING, UNANSWERED -> takeBack(version, false);
            case GATED -> new Parting.Words(null, true);
        };
    }

    @Override
    void release() {
        forgetAnnouncement();
        if (inquiry != null) {
            inquiry.forget();
        }
        if (method != null) {
            method.release();
        }
    }

    @Override
    void expired() {
        switch (state) {
            case GATED -> openGate();
            case BEGUN -> step(() -> leaveTcp(FallbackReason.TIMEOUT));
            case PROPOSED -> step(this::giveUpWaiting);
            case IN_DOUBT -> step(() -> startOver(failure));
            case UNANSWERED -> step(() -> decline(failure));
            default -> step(() -> startOver(FallbackReason.TIMEOUT));
        }
    }

    @Override
    void abort() throws IOException {
        switch (state) {
            case GATED -> openGate();
            case CONNECTING -> {
                // TCP may have connected, of which the control loop has not heard yet.
                if (announcing || withSuccessor || Sockets.poll(fd, Sockets.POLLOUT, 0) != Sockets.POLLOUT) {
                    fail(closed());
                } else {
                    fallBack(FallbackReason.DISABLED, 0, false);
                }
            }
            case BEGUN -> {
                if (mustNegotiate) {
                    fail(closed());
                } else {
                    fallBack(FallbackReason.DISABLED, 0, false);
                }
            }
            default -> fail(closed());
        }
    }

    private static SocketException closed() {
        return new SocketException("SMC engine closed while connecting");
    }

    @Override
    void broken(IOException cause) {
        switch (state) {
            case GATED -> breakGate(cause);
            case CONNECTING -> {
                if (withSuccessor) {
                    lost(cause);
                } else {
                    fail(cause);
                }
            }
            case RECONNECTING -> lost(cause);
            case PROPOSED -> orLost(cause, () -> inquire(FallbackReason.PEER_LOST));
            default -> orLost(cause, () -> startOver(FallbackReason.PEER_LOST));
        }
    }

    private void orLost(IOException cause, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            e.addSuppressed(cause);
            lost(e);
        }
    }

    /** The owner had a connection: for him this is its loss, and not a connect that has failed. */
    private void lost(IOException cause) {
        String text = "SMC handshake with " + remote + ": " + failure.text() + "; TCP in its place failed";
        IOException why = new IOException(text, cause instanceof OsException e ? OsException.asNetworkException(e) : cause);
        SocketException reset = new SocketException("Connection reset");
        reset.initCause(why);
        fail(reset);
    }
}
