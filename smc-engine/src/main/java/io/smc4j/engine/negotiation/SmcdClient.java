package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.smcd.SmcdPeerRing;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * SMC-D as client. The connection stands when the server's ring is bound and the Confirm sent: both sides share the memory
 * already, so the server has nothing left to decline for. Binding tells it in that memory which ring is the client's, so that
 * it can end the connection also if the Confirm does not come.
 */
final class SmcdClient implements ClientMethod {

    private final ClientNegotiation negotiation;
    private final SmcEngine engine;
    private final CompletableFuture<SmcdLinkGroup> link;
    private SmcdLocalRing ring;
    private SmcdPeerRing peerRing;

    /** @param link the link group with the process that left a marker */
    SmcdClient(ClientNegotiation negotiation, CompletableFuture<SmcdLinkGroup> link) {
        this.negotiation = negotiation;
        this.engine = negotiation.engine;
        this.link = link;
    }

    @Override
    public void begin() throws IOException {
        if (link.isDone() && !link.isCompletedExceptionally()) {
            negotiation.propose();
            return;
        }
        link.whenComplete((result, problem) ->
                engine.loop().execute(() -> negotiation.resume(() -> linked(result, problem))));
    }

    private void linked(SmcdLinkGroup result, Throwable problem) throws IOException {
        if (result != null) {
            negotiation.propose();
            return;
        }
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        negotiation.leaveTcp(cause instanceof DeclineException e ? e.reason() : FallbackReason.INTERNAL_ERROR);
    }

    @Override
    public ClcProposal proposal() {
        return engine.clc().proposal();
    }

    @Override
    public void accepted(ClcAccept accept) throws IOException, DeclineException {
        SmcdAcceptBody buffer = SmcdClc.buffer(accept.terms(), accept.body());
        if (buffer == null) {
            throw new DeclineException(FallbackReason.MODE_UNSUPPORTED);
        }
        // There may be several, and behind a shared port another process than the marker's. The token proves it.
        SmcdLinkGroup group = engine.linkGroups().forAccept(SmcdClc.owner(buffer), buffer.linkId());
        if (group == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        ring = negotiation.allocate(group);
        peerRing = group.bind(buffer.token(), buffer.bufferSize(), ring);
        if (peerRing == null && group.isWithdrawn(buffer.token())) {
            negotiation.yieldToServer();
            return;
        }
        if (peerRing == null) {
            throw new DeclineException(FallbackReason.OUT_OF_SYNC);
        }
        negotiation.confirm(engine.clc().confirm(ring));
    }

    @Override
    public void confirmed() throws IOException {
        look();
    }

    @Override
    public void look() throws IOException {
        if (negotiation.isSent()) {
            negotiation.succeed(connect());
        }
    }

    private SmcConnection connect() {
        SmcdLocalRing mine = ring;
        ring = null;
        return negotiation.connect(mine, peerRing);
    }

    @Override
    public void outOfSync() {
        // A link group of two live processes cannot be: it ends with either.
    }

    /** A ring that the server may know serves until the server has seen that the connection is over. */
    @Override
    public void release() {
        if (ring == null) {
            return;
        }
        if (peerRing != null) {
            connect().close(true);
        } else {
            ring.free();
            ring = null;
        }
    }
}
