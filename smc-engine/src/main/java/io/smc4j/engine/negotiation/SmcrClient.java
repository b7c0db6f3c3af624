package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.smcr.RdmaOffer;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;

/**
 * SMC-R as client. The connection stands when the server has confirmed the link, or when this side has in a link group that
 * exists: no message of CLC follows the Confirm then.
 */
final class SmcrClient implements ClientMethod {

    /** How long a server's Decline is waited for when it has not confirmed the link. */
    private static final long CROSSING_DECLINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientNegotiation negotiation;
    private final Rdma.Port port;
    private final RdmaOffer offer;
    private final InetAddress local;
    private HeldContact<ClientContact> contact;

    /** Returns {@code null} if no port serves the connection's local address. */
    static SmcrClient of(ClientNegotiation negotiation) throws OsException {
        InetAddress local = Sockets.localAddress(negotiation.fd).getAddress();
        Rdma.Port port = negotiation.engine.rdmaAccess().portFor(local);
        RdmaOffer offer = port == null ? null : port.offer();
        boolean hasOffer = offer != null && (offer.hasV1() || offer.hasV2());
        return hasOffer ? new SmcrClient(negotiation, port, offer, local) : null;
    }

    /** @param local the connection's local address, which the port serves */
    private SmcrClient(ClientNegotiation negotiation, Rdma.Port port, RdmaOffer offer, InetAddress local) {
        this.negotiation = negotiation;
        this.port = port;
        this.offer = offer;
        this.local = local;
    }

    @Override
    public void begin() throws IOException {
        negotiation.propose();
    }

    @Override
    public ClcProposal proposal() {
        return SmcrProposal.of(offer, local);
    }

    @Override
    public void accepted(ClcAccept accept) throws DeclineException {
        boolean proposed = accept.version() == Clc.V1 ? offer.hasV1() : offer.hasV2();
        if (!proposed || !(accept.body() instanceof SmcrAcceptBody)) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        contact = new HeldContact<>(negotiation, port.accepted(accept, negotiation.channel.receiveSize(),
                negotiation.channel.sendSize()));
        negotiation.preparing();
        contact.prepare(this::prepared);
    }

    private void prepared(FallbackReason reason) throws IOException {
        if (reason == null) {
            negotiation.confirm(contact.get().confirm());
        } else {
            negotiation.decline(reason);
        }
    }

    @Override
    public void confirmed() {
        // It has clocks of its own.
        negotiation.stopClock();
        contact.complete(this::completed);
    }

    private void completed(FallbackReason reason) throws IOException {
        if (reason == null) {
            negotiation.succeed(contact.connect());
        } else if (reason == FallbackReason.CONFIRM_LINK_TIMEOUT) {
            contact.giveUp();
            negotiation.awaitDecline(reason, CROSSING_DECLINE_NANOS);
        } else {
            negotiation.decline(reason);
        }
    }

    /** A server that has established the connection may end it at once, by TCP too, before RDMA has told here. */
    @Override
    public void look() throws IOException {
        negotiation.lookForDecline(false);
    }

    @Override
    public void outOfSync() {
        if (contact != null) {
            contact.endLinkGroup();
        }
    }

    @Override
    public void release() {
        if (contact != null) {
            contact.giveUp();
        }
    }
}
