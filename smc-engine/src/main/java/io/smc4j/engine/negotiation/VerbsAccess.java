package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.smcr.ClientContact;
import io.smc4j.engine.smcr.Contact;
import io.smc4j.engine.smcr.ContactException;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.smcr.RdmaOffer;
import io.smc4j.engine.smcr.RdmaPort;
import io.smc4j.engine.smcr.ServerContact;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import java.net.InetAddress;
import java.util.Collection;
import java.util.function.Consumer;

/** The engine's own RDMA. */
record VerbsAccess(Rdma rdma) implements RdmaAccess {

    @Override
    public FallbackReason objection() {
        return rdma.objection();
    }

    @Override
    public Port portFor(InetAddress local) {
        RdmaPort port = rdma.portFor(local);
        return port == null ? null : new VerbsPort(rdma, port, local);
    }

    @Override
    public void suspect(int linkGroup) {
        rdma.suspect(linkGroup);
    }

    @Override
    public SmcSnapshot.Rdma snapshot() {
        return rdma.snapshot();
    }

    @Override
    public Collection<SmcSnapshot.LinkGroup> linkGroups() {
        return rdma.linkGroups();
    }

    @Override
    public void close() {
        rdma.close();
    }

    private record VerbsPort(Rdma rdma, RdmaPort port, InetAddress local) implements Port {

        @Override
        public RdmaOffer offer() {
            return rdma.offer(port);
        }

        @Override
        public ClientSide accepted(ClcAccept accept, int receiveSize, int sendLimit) throws DeclineException {
            try {
                return new VerbsClient(rdma.accepted(port, accept, receiveSize, sendLimit));
            } catch (ContactException e) {
                throw new DeclineException(e.reason());
            }
        }

        @Override
        public ServerSide proposed(ClcProposal proposal, int receiveSize, int sendLimit) throws DeclineException {
            try {
                return new VerbsServer(rdma.proposed(port, local, proposal, receiveSize, sendLimit));
            } catch (ContactException e) {
                throw new DeclineException(e.reason());
            }
        }
    }

    private abstract static class VerbsSide implements Side {

        private final Contact contact;

        private VerbsSide(Contact contact) {
            this.contact = contact;
        }

        @Override
        public final LocalRing localRing() {
            return contact.localRing();
        }

        @Override
        public final PeerRing peerRing() {
            return contact.peerRing();
        }

        @Override
        public final void prepare(Consumer<FallbackReason> done) {
            contact.prepare(done);
        }

        @Override
        public final void complete(Consumer<FallbackReason> done) {
            contact.complete(done);
        }

        @Override
        public final void abandon() {
            contact.abandon();
        }
    }

    private static final class VerbsClient extends VerbsSide implements ClientSide {

        private final ClientContact contact;

        private VerbsClient(ClientContact contact) {
            super(contact);
            this.contact = contact;
        }

        @Override
        public ClcConfirm confirm() {
            return contact.confirm();
        }
    }

    private static final class VerbsServer extends VerbsSide implements ServerSide {

        private final ServerContact contact;

        private VerbsServer(ServerContact contact) {
            super(contact);
            this.contact = contact;
        }

        @Override
        public ClcAccept accept() {
            return contact.accept();
        }

        @Override
        public void confirmed(ClcConfirm confirm) throws DeclineException {
            try {
                contact.confirmed(confirm);
            } catch (ContactException e) {
                throw new DeclineException(e.reason());
            }
        }
    }
}
