package io.smc4j.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.smcd.SmcdPeerRing;
import java.util.concurrent.locks.ReentrantLock;

/** A connection between two engines in one process, seen from both ends. */
final class ConnectionPair implements AutoCloseable {

    /** One end. */
    static final class End {
        final LinkPair.Side side;
        final SmcdLocalRing ring;
        final ReentrantLock writeLock = new ReentrantLock();
        SmcdPeerRing peerRing;
        SmcConnection connection;

        End(LinkPair.Side side, int size, int largest) throws DeclineException {
            this.side = side;
            this.ring = side.group.allocate(size, largest);
        }

        void connect(End other, int sendSize, SpinMode spin) {
            peerRing = side.group.bind(other.ring.token(), other.ring.size(), null);
            assertThat(peerRing).isNotNull();
            connection = new SmcConnection(ring, peerRing, sendSize, writeLock, side.loop,
                    new Spinner.Policy(spin, 50_000), () -> { });
        }
    }

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    final LinkPair links;
    private final boolean ownsLinks;
    final End client;
    final End server;

    ConnectionPair() throws OsException, DeclineException {
        this(new LinkPair(), true, 16 * 1024, 16 * 1024, NO_LIMIT, SpinMode.NEVER);
    }

    /** One whose rings grow and shrink. */
    static ConnectionPair growing(LinkPair links, int initial, int largest) throws DeclineException {
        return new ConnectionPair(links, false, new End(links.client, initial, largest),
                new End(links.server, initial, largest), NO_LIMIT, SpinMode.ADAPTIVE);
    }

    /** @param sendLimit bytes that may be under way */
    static ConnectionPair growing(LinkPair links, int initial, int largest, int sendLimit) throws DeclineException {
        return new ConnectionPair(links, false, new End(links.client, initial, largest),
                new End(links.server, initial, largest), sendLimit, SpinMode.ADAPTIVE);
    }

    ConnectionPair(LinkPair links, int clientRing, int serverRing) throws DeclineException {
        this(links, false, clientRing, serverRing, NO_LIMIT, SpinMode.NEVER);
    }

    ConnectionPair(LinkPair links, int clientRing, int serverRing, int sendSize, SpinMode spin)
            throws DeclineException {
        this(links, false, clientRing, serverRing, sendSize, spin);
    }

    private ConnectionPair(LinkPair links, boolean ownsLinks, int clientRing, int serverRing, int sendSize,
            SpinMode spin)
            throws DeclineException {
        this(links, ownsLinks, new End(links.client, clientRing, clientRing),
                new End(links.server, serverRing, serverRing), sendSize, spin);
    }

    private ConnectionPair(LinkPair links, boolean ownsLinks, End client, End server, int sendSize, SpinMode spin) {
        this.links = links;
        this.ownsLinks = ownsLinks;
        this.client = client;
        this.server = server;
        client.connect(server, sendSize, spin);
        server.connect(client, sendSize, spin);
    }

    /** Closes both ends, and the link groups if they were made for this connection. */
    @Override
    public void close() {
        client.connection.close(false);
        server.connection.close(false);
        if (ownsLinks) {
            links.close();
        }
    }
}
