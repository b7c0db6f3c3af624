package io.smc4j.engine;

import java.net.InetSocketAddress;

/**
 * Lets a client learn over HTTP that a listener understands SMC, where nothing announces it. A request asks, and the
 * answer says which two ends the server sees the connection have. If the client sees the same, nobody is in between,
 * and the listener may be sent a Proposal from the next connection on.
 *
 * <p>Whoever speaks HTTP carries question and answer. This tells over which connections that makes sense; they are
 * named by their two ends, as this process sees them. Thread-safe.
 */
public interface HttpDiscovery {

    /** For an engine that neither asks nor answers. */
    HttpDiscovery NONE = new HttpDiscovery() {
        @Override
        public boolean mayAsk(InetSocketAddress local, InetSocketAddress remote) {
            return false;
        }

        @Override
        public boolean mayAnswer(InetSocketAddress local, InetSocketAddress remote) {
            return false;
        }

        @Override
        public boolean learn(InetSocketAddress local, InetSocketAddress remote) {
            return false;
        }

        @Override
        public boolean hasLearned(InetSocketAddress listener) {
            return false;
        }
    };

    /**
     * Whether the next request over a client's connection is to ask: it is on TCP because nothing tells of the
     * listener, which is not at a public address, and SMC would be tried if something did. True a few times for each
     * connection at the most, as who does not answer then never will.
     */
    boolean mayAsk(InetSocketAddress local, InetSocketAddress remote);

    /**
     * Whether a request over an accepted connection may be answered: it is on TCP because the client did not try SMC,
     * which would be accepted from this client, and comes from no public address.
     */
    boolean mayAnswer(InetSocketAddress local, InetSocketAddress remote);

    /**
     * Takes the listener of a client's connection for one that understands SMC, until an attempt fails or its process
     * ends.
     *
     * @return whether that is news
     */
    boolean learn(InetSocketAddress local, InetSocketAddress remote);

    /** Whether this is how a listener is known now. */
    boolean hasLearned(InetSocketAddress listener);
}
