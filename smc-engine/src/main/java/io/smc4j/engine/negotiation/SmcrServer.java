package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.rdma.ContactException;
import io.smc4j.engine.rdma.RdmaPort;
import io.smc4j.engine.rdma.ServerContact;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.InetAddress;

/** SMC-R as server: the connection stands when the client has confirmed the link, or at once in a link group that exists. */
final class SmcrServer implements ServerMethod {

    private final ServerNegotiation negotiation;
    private final HeldContact<ServerContact> contact;

    /**
     * @param local the connection's local address, which the port serves
     * @throws DeclineException if a Proposal cannot be followed by SMC-R
     */
    SmcrServer(ServerNegotiation negotiation, RdmaPort port, InetAddress local, ClcProposal proposal)
            throws DeclineException {
        this.negotiation = negotiation;
        try {
            contact = new HeldContact<>(negotiation, negotiation.engine.rdmaAccess().proposed(port, local, proposal,
                    negotiation.channel.receiveRingSize(), negotiation.channel.sendRingSize()));
        } catch (ContactException e) {
            throw new DeclineException(e);
        }
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
        try {
            contact.get().confirmed(confirm);
        } catch (ContactException e) {
            throw new DeclineException(e);
        }
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
