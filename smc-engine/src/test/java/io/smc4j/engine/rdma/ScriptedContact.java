package io.smc4j.engine.rdma;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.MacAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What happens over RDMA for one connection, as a test has it: nothing until it says so. */
public final class ScriptedContact {

    private final LocalRing localRing;
    private final PeerRing peerRing;
    private final CompletableFuture<Consumer<FallbackReason>> preparing = new CompletableFuture<>();
    private final CompletableFuture<Consumer<FallbackReason>> completing = new CompletableFuture<>();
    private final CompletableFuture<ClcConfirm> taken = new CompletableFuture<>();
    private volatile FallbackReason unfit;
    private volatile boolean abandoned;

    public ScriptedContact(LocalRing localRing, PeerRing peerRing) {
        this.localRing = localRing;
        this.peerRing = peerRing;
    }

    /** Some port. */
    public static RdmaPort port() {
        return new RdmaPort(null, 1, 1, "", MacAddress.ZERO, null, null);
    }

    public static ContactException refusal(FallbackReason reason) {
        return new ContactException(reason);
    }

    /** The next Confirm does not fit. */
    public void declareUnfit(FallbackReason reason) {
        unfit = reason;
    }

    /** Whom to tell what came of the preparation, once that is wanted. */
    public CompletableFuture<Consumer<FallbackReason>> preparing() {
        return preparing;
    }

    /** Whom to tell what came of the completion, once that is wanted. */
    public CompletableFuture<Consumer<FallbackReason>> completing() {
        return completing;
    }

    /** The Confirm that was taken. */
    public CompletableFuture<ClcConfirm> taken() {
        return taken;
    }

    public boolean isAbandoned() {
        return abandoned;
    }

    public ClientContact asClient(ClcConfirm confirm) {
        return new ClientContact() {

            @Override
            public ClcConfirm confirm() {
                return confirm;
            }

            @Override
            public LocalRing localRing() {
                return localRing;
            }

            @Override
            public PeerRing peerRing() {
                return peerRing;
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
            public void abandon() {
                abandoned = true;
            }
        };
    }

    public ServerContact asServer(ClcAccept accept) {
        return new ServerContact() {

            @Override
            public ClcAccept accept() {
                return accept;
            }

            @Override
            public void confirmed(ClcConfirm confirm) throws ContactException {
                Optional<FallbackReason> objection = Optional.ofNullable(unfit);
                if (objection.isPresent()) {
                    throw new ContactException(objection.get());
                }
                taken.complete(confirm);
            }

            @Override
            public LocalRing localRing() {
                return localRing;
            }

            @Override
            public PeerRing peerRing() {
                return peerRing;
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
            public void abandon() {
                abandoned = true;
            }
        };
    }
}
