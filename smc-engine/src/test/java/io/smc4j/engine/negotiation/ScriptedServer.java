package io.smc4j.engine.negotiation;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.discovery.Marker;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.smcd.SmcdPeerRing;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** A listener with a real engine's marker, behind which the test says what is answered. */
final class ScriptedServer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int BACKLOG = 4;

    private final SmcEngine engine;
    private final ServerSocket listener;
    private final Marker marker;
    private final List<SocketChannel> fillers = new ArrayList<>();
    private SmcdLocalRing ring;
    private SmcConnection connection;
    private SmcdPeerRing clientRing;

    ScriptedServer(SmcEngine engine) throws IOException {
        this.engine = engine;
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(PATIENCE_MILLIS);
        this.marker = engine.discovery().markers().publish(address());
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    RawPeer accept() throws IOException {
        return new RawPeer(listener.accept());
    }

    private SmcdLinkGroup group(ClcProposal proposal) {
        return CompletableFuture.supplyAsync(
                () -> engine.linkGroups().forProposal(SmcdClc.proposer(proposal).gid()), engine.loop()).join();
    }

    /** The Accept of a ring made for it. */
    ClcAccept acceptOf(ClcProposal proposal) throws DeclineException {
        freeRing();
        ring = group(proposal).allocate(SmcConfig.MIN_BUFFER_SIZE, SmcConfig.MIN_BUFFER_SIZE);
        return SmcdClc.accept(engine.gid(), ring, false);
    }

    /** The Accept with its buffer described otherwise. */
    ClcAccept acceptOf(ClcProposal proposal, UnaryOperator<SmcdAcceptBody> lie) throws DeclineException {
        ClcAccept truth = acceptOf(proposal);
        return new ClcAccept(truth.terms(), lie.apply((SmcdAcceptBody) truth.body()));
    }

    /** From now on the kernel answers nobody who wants to connect. */
    void fillBacklog() throws IOException {
        for (int i = 0; i < 2 * BACKLOG; i++) {
            SocketChannel filler = SocketChannel.open();
            fillers.add(filler);
            filler.configureBlocking(false);
            filler.connect(address());
        }
    }

    SmcdLocalRing ring() {
        return ring;
    }

    /** The client's ring, once it is taken. */
    SmcdPeerRing clientRing() {
        return clientRing;
    }

    void freeRing() {
        if (ring != null) {
            ring.free();
            ring = null;
        }
    }

    /** Takes the client's ring, but does not yet say so; {@code null} if there is none. */
    SmcConnection take(ClcConfirm confirm) {
        SmcdAcceptBody buffer = (SmcdAcceptBody) confirm.body();
        SmcdPeerRing peerRing = ring.group().bind(buffer.token(), buffer.bufferSize(), null);
        if (peerRing != null) {
            clientRing = peerRing;
            connection = new SmcConnection(ring, peerRing, SmcConfig.MIN_BUFFER_SIZE, new ReentrantLock(),
                    engine.loop(), new Spinner.Policy(engine.config().spinMode(), 0), () -> { });
            ring = null;
        }
        return connection;
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close(false);
        }
        freeRing();
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        marker.close();
        listener.close();
    }
}
