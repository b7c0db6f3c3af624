package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
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
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** A client with a real link group to a listener's engine, whose words over TCP are the test's. */
final class ScriptedClient implements AutoCloseable {

    private final SmcEngine engine;
    private final SmcdLinkGroup group;
    private final RawPeer tcp;
    private SmcdLocalRing ring;
    private SmcConnection connection;

    ScriptedClient(SmcEngine engine, ServerSocketChannel listener) throws IOException {
        this.engine = engine;
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        this.group = engine.discovery().markers().find(address).join();
        this.tcp = RawPeer.connect(address);
    }

    RawPeer tcp() {
        return tcp;
    }

    SmcdLinkGroup group() {
        return group;
    }

    ClcProposal proposal() {
        return SmcdClc.proposal(engine.gid());
    }

    ClcAccept propose() throws IOException {
        return tcp.send(proposal()).receive(ClcAccept.class);
    }

    /** The Confirm of a ring made for it. */
    ClcConfirm confirm() throws DeclineException {
        ring = group.allocate(SmcConfig.MIN_BUFFER_SIZE, SmcConfig.MIN_BUFFER_SIZE);
        return SmcdClc.confirm(engine.gid(), ring, false);
    }

    /** The Confirm with its buffer described otherwise. */
    ClcConfirm confirm(UnaryOperator<SmcdAcceptBody> lie) throws DeclineException {
        ClcConfirm truth = confirm();
        return new ClcConfirm(truth.terms(), lie.apply((SmcdAcceptBody) truth.body()));
    }

    /** Binds the server's ring as a client does before it sends the Confirm. */
    SmcConnection bind(ClcAccept accept) throws DeclineException {
        confirm();
        return establish(accept);
    }

    /** Binds the server's ring, but does not say for which connection. */
    void bindInSecret(ClcAccept accept) {
        SmcdAcceptBody buffer = (SmcdAcceptBody) accept.body();
        assertThat(group.bind(buffer.token(), buffer.bufferSize(), null)).isNotNull();
    }

    /** Connects with the ring that the Confirm names. */
    SmcConnection establish(ClcAccept accept) {
        assertThat(tryEstablish(accept)).isTrue();
        return connection;
    }

    /** As {@link #establish}, if the server's ring is still to be had. */
    boolean tryEstablish(ClcAccept accept) {
        SmcdAcceptBody buffer = (SmcdAcceptBody) accept.body();
        SmcdPeerRing peerRing = group.bind(buffer.token(), buffer.bufferSize(), ring);
        if (peerRing == null) {
            return false;
        }
        connection = new SmcConnection(ring, peerRing, SmcConfig.MIN_BUFFER_SIZE, new ReentrantLock(), engine.loop(),
                new Spinner.Policy(engine.config().spinMode(), 0), () -> { });
        ring = null;
        return true;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close(false);
        }
        if (ring != null) {
            ring.free();
        }
        tcp.close();
    }
}
