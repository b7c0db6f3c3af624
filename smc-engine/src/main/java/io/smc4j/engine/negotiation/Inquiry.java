package io.smc4j.engine.negotiation;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.smcd.Inquiries;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The question to a listener's process whether a TCP connection is its own, asked when no CLC message has answered a
 * Proposal.
 */
final class Inquiry {

    /** How long the process has to answer: its control loop waits for nobody. */
    static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Inquiries inquiries;
    private final InetSocketAddress local;
    private final int serverPort;

    private Inquiry(Inquiries inquiries, InetSocketAddress local, int serverPort) {
        this.inquiries = inquiries;
        this.local = local;
        this.serverPort = serverPort;
    }

    /**
     * Asks.
     *
     * @param group with the process; {@code null} if there is none
     * @param answer told on the control loop, if there is an answer
     * @return {@code null} if nobody can be asked
     */
    static Inquiry begin(Inquiries inquiries, SmcdLinkGroup group, int fd, int serverPort,
            Consumer<Inquiries.Answer> answer) throws OsException {
        InetSocketAddress local = Sockets.localAddress(fd);
        if (group == null || !group.isActive() || local == null) {
            return null;
        }
        inquiries.ask(group, local, serverPort, answer);
        return new Inquiry(inquiries, local, serverPort);
    }

    /** No answer is wanted any more. */
    void forget() {
        inquiries.forget(local, serverPort);
    }
}
