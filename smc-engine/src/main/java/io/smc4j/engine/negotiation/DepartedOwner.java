package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands in for a channel that was closed in order when the peer may count the SMC connection as made already. Only the
 * outcome tells then where the peer reads: what the owner has written goes there, and the end of the stream behind it.
 * All calls with the negotiation's lock held.
 */
final class DepartedOwner implements Negotiable {

    private final Negotiation negotiation;
    private final Negotiable channel;
    /** What the owner has written; {@code null} while the owner is about to close. */
    private ByteBuffer rest;
    /** How the connection ends; {@code null} while there is no outcome, and when it was carried out. */
    private Runnable ending;

    DepartedOwner(Negotiation negotiation, Negotiable channel) {
        this.negotiation = negotiation;
        this.channel = channel;
    }

    /** The owner has closed, and its descriptor is the negotiation's. */
    void takeOver(ByteBuffer unsent) {
        rest = unsent;
        endIfDecided();
    }

    /**
     * Ends the connection once there is an outcome; not to be called while the negotiation is in the middle of a step.
     */
    void endIfDecided() {
        if (rest != null && ending != null) {
            Runnable last = ending;
            ending = null;
            negotiation.stop();
            last.run();
        }
    }

    @Override
    public void onSmc(SmcConnection connection, Resumption resumption) {
        ending = () -> {
            boolean outlives = resumption != null && resumption.outlive(null, negotiation.isReset());
            LastBytes.send(negotiation.owner, connection, rest, negotiation.isReset());
            if (!outlives) {
                closeInOrder(negotiation.socket.fd());
            }
        };
    }

    /** The peer may not have come to the outcome yet, and would take a reset of TCP for one of the handshake. */
    private static void closeInOrder(int fd) {
        try {
            SocketOptions.setLinger(fd, -1);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "TCP below SMC is reset", e);
        }
        Sockets.close(fd);
    }

    @Override
    public void onTcp(FallbackReason reason, int peerDiagnosis, boolean gated) {
        negotiation.owner.statistics.fallback(negotiation.role, reason, negotiation.peer, peerDiagnosis);
        ending = () -> negotiation.beginParting(gated, rest);
    }

    @Override
    public void onReset() {
        // Nobody reads.
    }

    @Override
    public void onGateOpened() {
        ending = () -> negotiation.beginParting(false, rest);
    }

    @Override
    public void onGateLeft(UnattendedGate gate) {
        onGateOpened();
    }

    @Override
    public void onFailure(IOException cause) {
        ending = () -> Sockets.close(negotiation.socket.fd());
    }

    @Override
    public int reconnect() throws IOException {
        throw new SocketException("Socket is closed");
    }

    @Override
    public void onConnected() {
        // Nobody waits for it.
    }

    @Override
    public void onLinkDown() {
        // Nobody waits for it.
    }

    @Override
    public int receiveSize() {
        return channel.receiveSize();
    }

    @Override
    public int sendSize() {
        return channel.sendSize();
    }

    @Override
    public ReentrantLock writeLock() {
        return channel.writeLock();
    }
}
