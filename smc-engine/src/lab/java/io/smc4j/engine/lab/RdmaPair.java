package io.smc4j.engine.lab;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SpinMode;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.Contact;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.smcr.RdmaOffer;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcV2Extension;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The RDMA sides of two engines at the ends of the wire, which are handed each other's CLC messages. */
final class RdmaPair implements AutoCloseable {

    /** One of the two. */
    static final class Side {
        final Guest.End end;
        final ControlLoop loop;
        final MemoryBudget budget = new MemoryBudget(64 << 20);
        final Rdma rdma;

        Side(Guest.End end, RdmaConfig config) throws Exception {
            this.end = end;
            loop = new ControlLoop("smc-" + end);
            rdma = Rdma.open(loop, config, budget, () -> false);
        }

        <T> T onLoop(Callable<T> call) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return call.call();
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }, loop).join();
        }

        void await(Consumer<Consumer<FallbackReason>> step) {
            CompletableFuture<FallbackReason> done = new CompletableFuture<>();
            loop.execute(() -> step.accept(done::complete));
            FallbackReason reason = done.orTimeout(Guest.patience(Duration.ofSeconds(10)).toSeconds(),
                    TimeUnit.SECONDS).join();
            if (reason != null) {
                throw new IllegalStateException("no connection at " + end + ": " + reason);
            }
        }

        SmcConnection connection(Contact contact) {
            return onLoop(() -> new SmcConnection(contact.localRing(), contact.peerRing(), Integer.MAX_VALUE,
                    new ReentrantLock(), loop, new Spinner.Policy(SpinMode.NEVER, 0), () -> { }));
        }

        void close() {
            onLoop(() -> {
                rdma.close();
                return null;
            });
            loop.close();
        }
    }

    /** Both ends of one connection. */
    record Connection(SmcConnection client, SmcConnection server) {
    }

    final Side client;
    final Side server;

    RdmaPair(RdmaConfig clientConfig, RdmaConfig serverConfig) throws Exception {
        client = new Side(Guest.End.A, clientConfig);
        server = new Side(Guest.End.B, serverConfig);
    }

    RdmaPair() throws Exception {
        this(config(Guest.End.A), config(Guest.End.B));
    }

    static RdmaConfig config(Guest.End end) {
        return config(end, 2);
    }

    static RdmaConfig config(Guest.End end, int maxLinks) {
        RdmaConfig defaults = RdmaConfig.defaults();
        return new RdmaConfig(defaults.provider(), defaults.ueid(), end.rdmaDevice(), 0, -1, defaults.pnet(), maxLinks,
                255);
    }

    /** What an engine proposes in version 2. */
    ClcProposal proposal() {
        RdmaOffer offer = client.rdma.portFor(client.end.address()).offer();
        return ClcProposal.smcrV2(offer.peerId(), offer.mac(), new ClcV2Extension(offer.eids(), 1, offer.v2Gid(),
                offer.maxConnections(), offer.maxLinks(), 0, Optional.empty()));
    }

    Connection connect(ClcProposal proposal, int ringSize, int sendSize) {
        BufferSizes sizes = new BufferSizes(ringSize, ringSize, sendSize, Math.max(ringSize, sendSize));
        ServerContact accepting =
                server.onLoop(() -> server.rdma.portFor(server.end.address()).proposed(proposal, sizes));
        server.await(accepting::prepare);
        ClientContact connecting = client.onLoop(() -> client.rdma.portFor(client.end.address())
                .accepted(server.onLoop(accepting::accept), sizes));
        client.await(connecting::prepare);
        server.onLoop(() -> {
            accepting.confirmed(client.onLoop(connecting::confirm));
            return null;
        });
        CompletableFuture<Void> served =
                CompletableFuture.runAsync(() -> server.await(accepting::complete),
                task -> Thread.ofPlatform().start(task));
        client.await(connecting::complete);
        served.join();
        return new Connection(client.connection(connecting), server.connection(accepting));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
