package io.smc4j.engine.smcd;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** SMC-D with the process that left a marker. */
final class SmcdOffer implements Offer {

    private final SmcdLinkGroups linkGroups;
    private final ControlLoop loop;
    private final CompletableFuture<SmcdLinkGroup> link;

    /** @param link the link group with that process, for which no Proposal can do */
    SmcdOffer(SmcdLinkGroups linkGroups, ControlLoop loop, CompletableFuture<SmcdLinkGroup> link) {
        this.linkGroups = linkGroups;
        this.loop = loop;
        this.link = link;
    }

    @Override
    public void prepare(Consumer<FallbackReason> done) {
        if (link.isDone() && !link.isCompletedExceptionally()) {
            done.accept(null);
        } else {
            link.whenComplete((group, problem) ->
                    loop.execute(() -> done.accept(problem == null ? null : reasonOf(problem))));
        }
    }

    private static FallbackReason reasonOf(Throwable problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return cause instanceof DeclineException e ? e.reason() : FallbackReason.INTERNAL_ERROR;
    }

    @Override
    public ClcProposal proposal() {
        return SmcdClc.proposal(linkGroups.gid());
    }

    @Override
    public ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException {
        return SmcdClientContact.of(linkGroups, accept, sizes);
    }
}
