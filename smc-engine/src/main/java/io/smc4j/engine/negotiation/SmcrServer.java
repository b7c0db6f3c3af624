package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;

/** SMC-R as server: the connection stands when the client has confirmed the link, or at once in a link group that exists. */
final class SmcrServer implements ServerMethod {

    private final ServerNegotiation negotiation;
    private final HeldContact<ServerContact> contact;

    /**
     * Follows a Proposal.
     *
     * @param port that serves the connection's local address
     * @throws DeclineException if that is not possible
     */
    SmcrServer(ServerNegotiation negotiation, Rdma.Port port, ClcProposal proposal) throws DeclineException {
        this.negotiation = negotiation;
        this.contact = new HeldContact<>(negotiation, port.proposed(proposal, negotiation.channel.receiveSize(),
                negotiation.channel.sendSize()));
    }

    @Override
    public void begin() {
        // It has clocks of its own, here and below.
        negotiation.stopClock();
        contact.prepare(this::prepared);
    }

    private void prepared(FallbackReason reason) throws IOException {
        if (reason == null) {
            negotiation.accept(contact.get().accept());
        } else {
            negotiation.decline(reason);
        }
    }

    @Override
    public void confirmed(ClcConfirm confirm) throws DeclineException {
        contact.get().confirmed(confirm);
        negotiation.completing();
        contact.complete(this::completed);
    }

    private void completed(FallbackReason reason) throws IOException {
        if (reason == null) {
            negotiation.succeed(contact.connect());
        } else {
            negotiation.decline(reason);
        }
    }

    @Override
    public void outOfSync() {
        contact.endLinkGroup();
    }

    @Override
    public void release() {
        contact.giveUp();
    }
}
