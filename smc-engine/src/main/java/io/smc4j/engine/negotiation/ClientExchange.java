package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcDecline;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What the connecting side says and hears: Proposal, Accept, Confirm, and the sign that the server has established the
 * connection. An {@link Offer}, chosen when TCP has connected, proposes; a {@link ClientContact}, made of the Accept,
 * does the rest.
 */
abstract class ClientExchange extends Negotiation {

    final Attempts attempts;
    ClientState state = ClientState.CONNECTING;
    Offer offer;
    HeldContact<ClientContact> contact;
    int version = Clc.V2;

    ClientExchange(Negotiations owner, Negotiable channel, int fd, InetSocketAddress remote, Prospects prospects) {
        super(owner, channel, fd, remote, Role.CLIENT);
        this.attempts = new Attempts(owner, remote, prospects);
    }

    /** Nothing was said: goes on with TCP on the same connection. */
    abstract void leaveTcp(FallbackReason reason) throws IOException;

    /** What came in place of an answer may be the application's. {@code breakage}: unless the socket is whole. */
    abstract void inquire(FallbackReason reason, IOException breakage) throws IOException;

    /** Tells the server that there is no SMC, and goes on with TCP. */
    abstract void decline(FallbackReason reason) throws IOException;

    /** Goes on with TCP, where the server's Decline may still come. */
    abstract void gate(FallbackReason reason) throws IOException;

    /** Gives the server time to decline. */
    abstract void awaitDecline(FallbackReason reason) throws IOException;

    /** Goes on with another connection. */
    abstract void startOver(FallbackReason reason) throws IOException;

    final void offered(FallbackReason reason) throws IOException {
        if (state != ClientState.BEGUN) {
            return;
        }
        if (reason != null) {
            leaveTcp(reason);
        } else if (socket.hasInput()) {
            // Came while nobody cared, so that the epoll set tells it no more.
            fallBack(FallbackReason.SERVER_SPOKE_FIRST, 0, false);
        } else {
            if (attempts.isSearched()) {
                stopClock();
                startClock(attempts.patienceNanos());
            }
            socket.send(offer.proposal());
            state = ClientState.PROPOSED;
            account.exchanged();
        }
    }

    final void proposed() throws IOException {
        switch (socket.receive()) {
            case INCOMPLETE -> { }
            case ENDED -> inquire(FallbackReason.PEER_LOST, null);
            case CUT -> startOver(FallbackReason.PEER_LOST);
            case FOREIGN -> inquire(FallbackReason.SERVER_SPOKE_FIRST, null);
            case MALFORMED -> startOver(FallbackReason.MALFORMED);
            case MESSAGE -> {
                if (socket.message() instanceof ClcAccept accept) {
                    accepted(accept);
                } else if (socket.message() instanceof ClcDecline decline) {
                    declined(decline);
                } else {
                    startOver(FallbackReason.MALFORMED);
                }
            }
        }
    }

    private void accepted(ClcAccept accept) throws IOException {
        version = accept.version();
        try {
            contact = new HeldContact<>(this, offer.accepted(accept, bufferSizes()));
        } catch (DeclineException e) {
            decline(e.reason());
            return;
        }
        // A contact has clocks of its own.
        stopClock();
        state = ClientState.PREPARING;
        contact.prepare(this::prepared);
        if (!isEnded()) {
            // More may have come with the Accept, which is no news to the epoll set.
            advance(0);
        }
    }

    private void prepared(FallbackReason reason) throws IOException {
        if (reason == FallbackReason.PEER_LOST) {
            // The server has closed the connection, or is about to decline. To decline as well would make the kernel
            // reset a connection that was closed in order.
            gate(reason);
        } else if (reason != null) {
            decline(reason);
        } else {
            state = ClientState.CONFIRMED;
            startClock();
            socket.send(contact.get().confirm());
            sent();
        }
    }

    final void sent() throws IOException {
        if (socket.isSent()) {
            stopClock();
            state = ClientState.COMPLETING;
            contact.complete(this::completed);
        }
    }

    private void completed(FallbackReason reason) throws IOException {
        if (reason == null) {
            succeed(attempts.succeeded(contact.connect()));
        } else if (reason == FallbackReason.CONFIRM_LINK_TIMEOUT) {
            contact.giveUp();
            awaitDecline(reason);
        } else {
            decline(reason);
        }
    }

    /** @param untilEnd whether the end of the stream ends the attempt */
    final void lookForDecline(boolean untilEnd) throws IOException {
        switch (socket.receive()) {
            case INCOMPLETE -> { }
            case MESSAGE -> {
                if (socket.message() instanceof ClcDecline decline) {
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

    final void declined(ClcDecline decline) {
        if (decline.outOfSync() && contact != null) {
            contact.outOfSync();
        }
        if (decline.diagnosisCode() == FallbackReason.CONFIRM_LINK_TIMEOUT.code()) {
            attempts.failed(FallbackReason.CONFIRM_LINK_TIMEOUT);
        }
        fallBack(FallbackReason.PEER_DECLINED, decline.diagnosisCode(), false);
    }
}
