package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.InetDiag;
import io.smc4j.engine.os.InetDiag.State;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Answers the questions of one engine. Lives on the control loop. */
final class Respondent implements PacketSocket.Receiver {

    /** The client may know of its connection before the last segment of TCP's handshake is here. */
    private static final long AGAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int MOST_TRIES = 5;
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ControlLoop loop;
    private final Listeners listeners;
    private final InetDiag kernel;
    private final Runnable whenGone;
    private final PacketSocket socket;
    private final boolean admitted;

    /** Takes over the descriptor, also when it fails. */
    Respondent(ControlLoop loop, int fd, SmcdLinkGroups linkGroups, Listeners listeners, InetDiag kernel,
            Runnable whenGone) throws OsException {
        this.loop = loop;
        this.listeners = listeners;
        this.kernel = kernel;
        this.whenGone = whenGone;
        this.socket = new PacketSocket(loop, fd, linkGroups::peerFiles, this);
        this.admitted = linkGroups.admits(fd, socket.peer());
    }

    @Override
    public void received(ByteBuffer packet) {
        Question question = Question.decode(packet);
        if (question == null) {
            disconnected();
        } else if (question.version() != Question.VERSION) {
            answer(question, Answer.Verdict.OTHER_VERSION, NOWHERE);
        } else if (!admitted) {
            answer(question, Answer.Verdict.NOT_ADMITTED, NOWHERE);
        } else {
            look(question, 1);
        }
    }

    private void look(Question question, int number) {
        if (socket.isClosed()) {
            return;
        }
        Listeners.Found found = Listeners.Found.NOTHING;
        try {
            found = listeners.find(kernel, question);
        } catch (OsException e) {
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "the kernel does not tell of connections", e);
        }
        if (found.state() == State.CONNECTING && number < MOST_TRIES) {
            loop.schedule(AGAIN_NANOS, () -> look(question, number + 1));
        } else if (found.state() == State.ESTABLISHED) {
            answer(question, Answer.Verdict.MINE, found.server());
        } else {
            answer(question, Answer.Verdict.NOT_MINE, NOWHERE);
        }
    }

    private void answer(Question question, Answer.Verdict verdict, InetSocketAddress server) {
        socket.offer(new Answer(question.number(), verdict, server).encode());
    }

    @Override
    public void disconnected() {
        close();
        whenGone.run();
    }

    void close() {
        socket.close();
    }
}
