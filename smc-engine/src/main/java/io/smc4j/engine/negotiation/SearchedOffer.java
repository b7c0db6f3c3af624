package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.discovery.directory.Finding;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Offer;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * What to propose shows when the shared directory was searched for the engine that has the connection: at once, or
 * because the listener's marker is another user's, with whom memory is shared by the directory only.
 */
final class SearchedOffer implements Offer {

    private final Negotiations owner;
    private final Attempts attempts;
    private final InetSocketAddress client;
    private final long begun;
    private final Offer marker;
    private final Offer otherwise;
    private volatile Offer chosen;

    /**
     * For one connection.
     *
     * @param client its client's end
     * @param begun when its connect began, by {@link System#nanoTime()}
     * @param marker what is proposed if the owner of the listener's marker shares memory; {@code null} without one
     * @param otherwise what is proposed if nobody has it; {@code null} if nothing is
     */
    SearchedOffer(Negotiations owner, Attempts attempts, InetSocketAddress client, long begun, Offer marker,
            Offer otherwise) {
        this.owner = owner;
        this.attempts = attempts;
        this.client = client;
        this.begun = begun;
        this.marker = marker;
        this.otherwise = otherwise;
    }

    @Override
    public void prepare(Consumer<FallbackReason> done) {
        if (marker == null) {
            search(null, done);
            return;
        }
        chosen = marker;
        marker.prepare(reason -> {
            if (reason == FallbackReason.FOREIGN_USER) {
                search(reason, done);
            } else {
                done.accept(reason);
            }
        });
    }

    private void search(FallbackReason before, Consumer<FallbackReason> done) {
        owner.discovery.directory().search(client, attempts.listener(), begun,
                finding -> choose(finding, before, done));
    }

    private void choose(Finding finding, FallbackReason before, Consumer<FallbackReason> done) {
        if (finding.objection() == null) {
            attempts.found(finding);
            chosen = owner.linkGroups.offer(finding.link());
        } else if (otherwise != null) {
            chosen = otherwise;
        } else {
            done.accept(before != null ? before : finding.objection());
            return;
        }
        chosen.prepare(done);
    }

    @Override
    public ClcProposal proposal() {
        return chosen.proposal();
    }

    @Override
    public ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException {
        return chosen.accepted(accept, sizes);
    }
}
