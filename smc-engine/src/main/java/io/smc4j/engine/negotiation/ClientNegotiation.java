package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.negotiation.ClcInput.Inbound;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcd.Inquiries;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;

/**
 * The connecting side: how TCP connects, and how the {@linkplain ClientExchange exchange} ends.
 *
 * <p>What goes wrong before the server has established the connection ends in TCP: on the same connection as long as it
 * is known who has seen which byte of it, else on a new one in its place, before anything of the application's was
 * sent.
 */
final class ClientNegotiation extends ClientExchange {

    /** How long a server's Decline is waited for when it has not established the connection. */
    private static final long CROSSING_DECLINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Whether the server waits for a message of CLC, whichever. */
    private boolean mustNegotiate;
    private FallbackReason failure;
    private Inquiry inquiry;

    private ClientNegotiation(Negotiations owner, Negotiable channel, int fd, InetSocketAddress remote,
            Prospects prospects) {
        super(owner, channel, fd, remote, prospects);
    }

    /** @param ready whether TCP has connected and a Proposal takes no more: then the caller's thread sends it */
    static ClientNegotiation start(Negotiations owner, Negotiable channel, int fd, InetSocketAddress remote,
            Prospects prospects, boolean ready) throws OsException {
        ClientNegotiation negotiation = new ClientNegotiation(owner, channel, fd, remote, prospects);
        synchronized (negotiation) {
            negotiation.begin();
            if (!negotiation.isEnded()) {
                negotiation.watch(!ready);
                if (ready) {
                    negotiation.step(negotiation::connected);
                }
            }
        }
        return negotiation;
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
            case CONFIRMED -> sent();
            // A server that has established the connection may end it at once, by TCP too, before the contact has told
            // here.
            case COMPLETING -> lookForDecline(false);
            case GATED -> gated();
        }
    }

    // ---- connecting

    private boolean isConnected(int events) throws IOException {
        int errno = socket.connectResult(events);
        if (errno > 0) {
            throw OsException.of("connect", errno);
        }
        return errno != ClcSocket.CONNECTING;
    }

    private void connected() throws IOException {
        mustNegotiate = attempts.isAnnouncementAnswered(socket.fd());
        attempts.endAnnouncement(socket.fd());
        state = ClientState.BEGUN;
        account.begin();
        channel.onConnected();
        startClock(attempts.patienceNanos());
        try {
            offer = attempts.offer(socket.fd(), mustNegotiate);
        } catch (DeclineException e) {
            leaveTcp(e.reason());
            return;
        }
        offer.prepare(reason -> resume(() -> offered(reason)));
    }

    // ---- ends

    /**
     * The server's application may have been faster than its engine. Then nobody else has seen the Proposal, which is
     * taken out of the stream there, and the connection is the one to stay with. Who cannot say so is left.
     *
     * @param breakage {@code null} unless the socket is broken
     */
    @Override
    void inquire(FallbackReason reason, IOException breakage) throws IOException {
        stopClock();
        inquiry = attempts.inquire(socket.fd(), answer -> resume(() -> inquired(answer, breakage)));
        if (inquiry == null) {
            startOver(reason);
            return;
        }
        failure = reason;
        state = ClientState.IN_DOUBT;
        startClock(Math.min(Inquiry.NANOS, owner.config.handshakeTimeout().toNanos()));
    }

    private void inquired(Inquiries.Answer answer, IOException breakage) throws IOException {
        if (state != ClientState.IN_DOUBT) {
            return;
        }
        if (answer == Inquiries.Answer.NOT_OWN) {
            startOver(failure);
        } else if (answer == Inquiries.Answer.RESET && breakage != null) {
            failBehindInput(failure, breakage, false);
        } else {
            fallBack(failure, 0, false);
        }
    }

    /** Nothing was said on this socket: it is as good as new, unless the server waits for a Proposal. */
    @Override
    void leaveTcp(FallbackReason reason) throws IOException {
        if (reason == FallbackReason.TIMEOUT) {
            attempts.failed(reason);
        }
        if (mustNegotiate) {
            account.exchanged();
            socket.send(newDecline(version, reason));
        }
        fallBack(reason, 0, false);
    }

    /** The server expects something else than a Decline, and has said all it has to, but for one that crosses ours. */
    @Override
    void decline(FallbackReason reason) throws IOException {
        socket.send(newDecline(version, reason));
        gate(reason);
    }

    @Override
    void gate(FallbackReason reason) throws IOException {
        state = ClientState.GATED;
        stopClock();
        fallBack(reason, 0, true);
        // What came before is no news to the epoll set.
        gated();
    }

    private void gated() throws IOException {
        if (socket.receive() != Inbound.INCOMPLETE) {
            openGate();
        } else if (socket.hasInput()) {
            startClock();
        }
    }

    /** Gives the server time to decline, before this side does. */
    @Override
    void awaitDecline(FallbackReason reason) throws IOException {
        attempts.failed(reason);
        failure = reason;
        state = ClientState.UNANSWERED;
        startClock(CROSSING_DECLINE_NANOS);
        lookForDecline(true);
    }

    /**
     * The server's application may accept later. A server that speaks CLC then finds a Decline behind the Proposal, and
     * the byte stream behind that is the application's; its own answer, if it gives one, is taken out of the stream
     * here. Who may be no SMC implementation, or has sent a part of something, is left.
     */
    private void giveUpWaiting() throws IOException {
        if (socket.isSent() && (mustNegotiate || attempts.speaksClc()) && !socket.hasInput()) {
            decline(FallbackReason.TIMEOUT);
        } else {
            startOver(FallbackReason.TIMEOUT);
        }
    }

    @Override
    void startOver(FallbackReason reason) throws IOException {
        release();
        attempts.failed(reason);
        LOG.log(System.Logger.Level.DEBUG, "SMC not possible with {0}: {1}", attempts.listener(), reason.text());
        failure = reason;
        state = ClientState.RECONNECTING;
        stopClock();
        socket.unwatch();
        socket.replace(channel.reconnect());
        if (attempts.next()) {
            contact = null;
            mustNegotiate = false;
            version = Clc.V2;
            state = ClientState.CONNECTING;
        }
        watch(true);
    }

    @Override
    Parting.Words lastWords() {
        return switch (state) {
            case CONNECTING, RECONNECTING, IN_DOUBT -> null;
            case CONFIRMED, COMPLETING -> outliveOwner();
            case BEGUN -> mustNegotiate ? takeBack(version, false) : null;
            case PROPOSED -> takeBack(version, !isReset());
            case PREPARING, UNANSWERED -> takeBack(version, false);
            case GATED -> new Parting.Words(null, true);
        };
    }

    @Override
    void release() {
        attempts.endAnnouncement(socket.fd());
        if (inquiry != null) {
            inquiry.forget();
        }
        if (contact != null) {
            contact.giveUp();
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
            case GATED -> leaveGate(true);
            // TCP may have connected, of which the control loop has not heard yet.
            case CONNECTING -> abort(!attempts.isAnnouncing() && !attempts.isSecond()
                    && Sockets.poll(socket.fd(), Sockets.POLLOUT, 0) == Sockets.POLLOUT);
            case BEGUN -> abort(!mustNegotiate);
            default -> abort(false);
        }
    }

    private void abort(boolean unused) {
        if (unused) {
            fallBack(FallbackReason.DISABLED, 0, false);
        } else {
            fail(new SocketException("SMC engine closed while connecting"));
        }
    }

    @Override
    void broken(IOException cause) {
        switch (state) {
            case GATED -> breakGate(cause);
            case CONNECTING -> {
                if (cause instanceof OsException e && e.errno() == Errno.ECONNRESET) {
                    // Or it would have been refused: so there was a connection.
                    channel.onConnected();
                    failBehindInput(FallbackReason.SERVER_SPOKE_FIRST, cause, false);
                } else {
                    fail(attempts.isSecond() ? attempts.loss(failure, cause) : attempts.unreachable(cause));
                }
            }
            // Nobody has seen a byte: the connection is the application's, and so is its end.
            case BEGUN -> failBehindInput(FallbackReason.SERVER_SPOKE_FIRST, cause, false);
            case RECONNECTING -> fail(attempts.loss(failure, cause));
            default -> {
                try {
                    leaveBroken(cause);
                } catch (IOException e) {
                    e.addSuppressed(cause);
                    fail(attempts.loss(failure, e));
                }
            }
        }
    }

    /**
     * The server's application may have reset the connection: then its engine has declined before, or tells. After the
     * end of the stream Linux calls a reset a broken pipe, and shows the end.
     */
    private void leaveBroken(IOException cause) throws IOException {
        failure = FallbackReason.PEER_LOST;
        if (socket.receive() == Inbound.MESSAGE && socket.message() instanceof ClcDecline decline) {
            if (cause instanceof OsException e && e.errno() == Errno.EPIPE) {
                declined(decline);
            } else {
                failBehindInput(FallbackReason.PEER_DECLINED, cause, false);
            }
        } else if (state == ClientState.PROPOSED) {
            inquire(failure, cause);
        } else if (contact != null && socket.isResetBehindInput(cause, false)) {
            // Behind an Accept comes nothing but a Decline and what the server's application has written.
            failBehindInput(failure, cause, false);
        } else {
            startOver(failure);
        }
    }
}
