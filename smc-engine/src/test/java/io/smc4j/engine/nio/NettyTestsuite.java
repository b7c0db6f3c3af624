package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What Netty's test suite works on, for the life of the JVM. */
final class NettyTestsuite {

    /** Keeps connects from ending for as long as the tests run. */
    private static final BlackHole BLACK_HOLE = openBlackHole();

    static final SmcSocketTestPermutation SOCKETS;

    static {
        // Instead of a test network's address, which not every network leaves unanswered. Read once, by a super class.
        System.setProperty("io.netty.testsuite.badHost", BLACK_HOLE.address().getHostString());
        System.setProperty("io.netty.testsuite.badPort", String.valueOf(BLACK_HOLE.address().getPort()));
        SOCKETS = new SmcSocketTestPermutation();
    }

    private NettyTestsuite() {
    }

    private static BlackHole openBlackHole() {
        try {
            return new BlackHole();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The suite passes over plain TCP as well, so somebody has to look. */
    static void assertThatSmcWasUsed() {
        if (Pairing.isEngineImplemented()) {
            assertThat(SOCKETS.clientEngine().snapshot().handshakes()).containsKey(HandshakeOutcome.SMC);
            assertThat(SOCKETS.serverEngine().snapshot().handshakes()).containsKey(HandshakeOutcome.SMC);
        }
    }
}
