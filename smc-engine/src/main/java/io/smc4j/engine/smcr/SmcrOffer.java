package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.net.InetAddress;
import java.util.function.Consumer;

/** SMC-R through the port that serves a connection's local address. */
public final class SmcrOffer implements Offer {

    private final Rdma.Port port;
    private final RdmaOffer terms;
    private final InetAddress local;

    private SmcrOffer(Rdma.Port port, RdmaOffer terms, InetAddress local) {
        this.port = port;
        this.terms = terms;
        this.local = local;
    }

    /**
     * What can be proposed from a local address.
     *
     * @return {@code null} if no port serves it
     */
    public static SmcrOffer of(Rdma rdma, InetAddress local) {
        Rdma.Port port = rdma.portFor(local);
        RdmaOffer terms = port == null ? null : port.offer();
        return terms != null && (terms.hasV1() || terms.hasV2()) ? new SmcrOffer(port, terms, local) : null;
    }

    @Override
    public void prepare(Consumer<FallbackReason> done) {
        done.accept(null);
    }

    @Override
    public ClcProposal proposal() {
        return SmcrProposal.of(terms, local);
    }

    @Override
    public ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException {
        boolean proposed = accept.version() == Clc.V1 ? terms.hasV1() : terms.hasV2();
        if (!proposed || !(accept.body() instanceof SmcrAcceptBody)) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        return port.accepted(accept, sizes);
    }
}
