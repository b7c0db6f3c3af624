package io.smc4j.engine.negotiation;

import io.smc4j.engine.negotiation.ClcInput.Inbound;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.wire.ClcProposal;
import java.io.IOException;
import java.net.SocketException;

/**
 * Keeps CLC messages from the application on a TCP connection whose engine has closed: the peer may have sent one
 * before it knew, and no control loop takes it out of the stream any more. So whoever reads looks before. For one
 * thread at a time.
 */
public final class UnattendedGate {

    private final int fd;
    private final boolean answered;
    private final ClcInput input = new ClcInput();
    private boolean open;
    private IOException failure;

    /**
     * Before the first byte of the application's is read.
     *
     * @param answered whether the peer has been told, or will find out, that there is no SMC
     */
    UnattendedGate(int fd, boolean answered) {
        this.fd = fd;
        this.answered = answered;
    }

    /**
     * Takes what is not the application's. Returns whether its bytes begin here; if not, nothing has come yet.
     *
     * @throws IOException if the connection cannot go on: the peer waits for an answer to its Proposal, or has sent a
     *         part of a message, and nobody is going to see the rest. It connects anew when this connection is closed
     */
    public boolean isOpen() throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            while (!open) {
                // In this order: what comes in between must not be taken for a part of a message.
                boolean begun = ClcInput.hasBytes(fd);
                Inbound inbound = input.receive(fd);
                if (inbound == Inbound.INCOMPLETE) {
                    if (begun) {
                        throw failed();
                    }
                    return false;
                }
                boolean proposed = inbound == Inbound.MESSAGE && input.message() instanceof ClcProposal;
                if (proposed && !answered) {
                    throw failed();
                }
                // Behind a Proposal there may be a Decline, of a client that has given up waiting.
                open = !proposed;
            }
        } catch (OsException e) {
            // The error is the reader's to meet, as without the gate.
            failure = OsException.asNetworkException(e);
            throw failure;
        }
        return true;
    }

    private IOException failed() {
        failure = new SocketException("SMC engine closed during the handshake");
        return failure;
    }
}
