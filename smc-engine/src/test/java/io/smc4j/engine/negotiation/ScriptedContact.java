package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What happens over RDMA for one connection, as a test has it: nothing until it says so. */
final class ScriptedContact implements ClientContact, ServerContact {

    private final ScriptedLinkGroup group;
    private final CompletableFuture<Consumer<FallbackReason>> preparing = new CompletableFuture<>();
    private final CompletableFuture<Consumer<FallbackReason>> completing = new CompletableFuture<>();
    private final CompletableFuture<ClcConfirm> taken = new CompletableFuture<>();
    private volatile ClcAccept accept;
    private volatile ClcConfirm confirm;
    private volatile FallbackReason unfit;
    private volatile boolean abandoned;

    ScriptedContact(ScriptedLinkGroup group) {
        this.group = group;
    }

    ClientContact asClient(ClcConfirm value) {
        confirm = value;
        return this;
    }

    ServerContact asServer(ClcAccept value) {
        accept = value;
        return this;
    }

    /** No Confirm fits. */
    void declareUnfit(FallbackReason reason) {
        unfit = reason;
    }

    /** Whom to tell what came of the preparation, once that is wanted. */
    CompletableFuture<Consumer<FallbackReason>> preparing() {
        return preparing;
    }

    /** Whom to tell what came of the completion, once that is wanted. */
    CompletableFuture<Consumer<FallbackReason>> completing() {
        return completing;
    }

    /** The Confirm that was taken. */
    CompletableFuture<ClcConfirm> taken() {
        return taken;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public ClcConfirm confirm() {
        return confirm;
    }

    @Override
    public ClcAccept accept() {
        return accept;
    }

    @Override
    public void confirmed(ClcConfirm received) throws DeclineException {
        if (unfit != null) {
            throw new DeclineException(unfit);
        }
        taken.complete(received);
    }

    @Override
    public boolean takeBack() {
        return false;
    }

    @Override
    public LocalRing localRing() {
        return group.ring();
    }

    @Override
    public PeerRing peerRing() {
        return accept != null && !taken.isDone() ? null : group.peer();
    }

    @Override
    public void prepare(Consumer<FallbackReason> done) {
        preparing.complete(done);
    }

    @Override
    public void complete(Consumer<FallbackReason> done) {
        completing.complete(done);
    }

    @Override
    public boolean abandon() {
        abandoned = true;
        return true;
    }

    @Override
    public void outOfSync() {
        group.down("out of sync");
    }
}
