package io.smc4j.engine.smcd;

import io.smc4j.engine.os.UnixSockets;

/**
 * How two processes have met.
 *
 * @param admission whose processes are let in
 * @param lines where the directory's sockets lead; {@code null} if they have met by a marker
 * @param expected the engine that is wanted; {@code null} for any
 * @param connector opens a further connection to the peer; {@code null} if it is the peer who connects
 */
record Encounter(Admission admission, WakeLines lines, Gid expected, SmcdLinkGroups.Connector connector) {

    /** @param follows whether this side has connected */
    boolean admits(int fd, UnixSockets.Credentials peer, boolean follows) {
        return lines == null ? admission.admitsByMarker(fd, peer, follows) : admission.admits(fd, peer);
    }

    /** Whether an engine may be the one that is meant. */
    boolean mayBe(Gid engine) {
        return expected == null || expected.equals(engine);
    }

    Wakers wakers(ControlSocket control, PeerDoorbells peerDoorbells) {
        return lines == null ? new NamedWakers(control, peerDoorbells)
                : new LineWakers(control, peerDoorbells, lines, connector);
    }
}
