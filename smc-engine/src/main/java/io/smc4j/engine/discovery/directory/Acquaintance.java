package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketDirectory;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An engine in the directory that can be asked, by any thread. All else is the control loop's. */
final class Acquaintance implements PacketSocket.Receiver {

    /**
     * How long after the greeting the first answer is waited for: neither side may have run that code before. Who says
     * nothing until then is not waited for at all.
     */
    private static final long FIRST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** How long an answer is waited for from who has been prompt; a processor may be busy for so long. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How soon after one attempt to connect the next is made. */
    static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Questions without an answer to one engine; those of an engine that has been too slow are not kept. */
    private static final int MOST_ASKED = 1024;
    /** Questions on their way to one engine: neither these nor their answers fill a socket's buffer. */
    private static final int MOST_UNDERWAY = 64;

    private final SocketDirectory directory;
    private final Gid gid;
    private final Consumer<Acquaintance> whenLost;
    /** Guarded by this, with what has not been sent yet and how much has. */
    private final Map<Integer, Search> asked = new HashMap<>();
    private final Queue<Question> unsent = new ArrayDeque<>();
    private int underway;
    private int lastAsked;
    /** The last question that was asked before an answer did not come in time. */
    private int lastLate;
    private volatile PacketSocket socket;
    private int owner = -1;
    private FallbackReason objection;
    private long greeted;
    private long tried;
    private boolean lost;
    private boolean dead;
    private volatile boolean heard;
    private volatile boolean prompt = true;

    /** @param whenLost told when the connection to the engine has ended */
    Acquaintance(SocketDirectory directory, Gid gid, Consumer<Acquaintance> whenLost) {
        this.directory = directory;
        this.gid = gid;
        this.whenLost = whenLost;
    }

    /** Connects, and says something, so that the engine has answered somebody before it is asked in earnest. */
    void meet(ControlLoop loop, SmcdLinkGroups linkGroups, int self) {
        tried = System.nanoTime();
        lost = false;
        try (SocketDirectory.Entry entry = directory.find(gid.toString())) {
            if (entry == null) {
                dead = true;
                return;
            }
            owner = entry.owner();
            socket = new PacketSocket(loop, entry.connect(), linkGroups::peerFiles, this);
            greeted = System.nanoTime();
            socket.offer(Question.greeting().encode());
        } catch (OsException e) {
            notMet(e, self);
        } catch (IOException e) {
            dead = true;
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "no engine at {0}: {1}", gid, e);
        }
    }

    private void notMet(OsException cause, int self) {
        switch (cause.errno()) {
            case Errno.EACCES, Errno.EPERM -> objection = FallbackReason.ACCESS_REFUSED;
            case Errno.EAGAIN -> {
                // Its backlog is full: it is busy, or hangs. A later search tries again.
                prompt = false;
            }
            default -> {
                dead = true;
                if (cause.errno() == Errno.ECONNREFUSED && owner == self) {
                    clearAway();
                }
            }
        }
        SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "no connection to engine {0}: {1}", gid, cause.getMessage());
    }

    /** Its process has ended without a chance to do so itself. A socket that accepts never appears before it does. */
    private void clearAway() {
        try {
            directory.remove(gid.toString());
        } catch (IOException e) {
            SharedDirectory.LOG.log(System.Logger.Level.DEBUG, "dead socket {0} not removed: {1}", gid, e);
        }
    }

    Gid gid() {
        return gid;
    }

    int owner() {
        return owner;
    }

    /** Whether nobody is there any more. */
    boolean isDead() {
        return dead;
    }

    boolean isConnected() {
        return socket != null;
    }

    /** Whether it was there, and may not be any more. */
    boolean isLost() {
        return lost;
    }

    /** Whether it is time to try to connect once more. */
    boolean isToBeTried() {
        return socket == null && !dead && System.nanoTime() - tried >= AGAIN_NANOS;
    }

    /** Whether there was an answer, ever. */
    boolean isHeard() {
        return heard;
    }

    /** Why this one cannot be asked; {@code null} if it can, or is just not there. */
    FallbackReason objection() {
        return objection;
    }

    /** How long an answer is worth to be waited for; 0 if not at all. */
    long patienceNanos() {
        return !prompt ? 0 : heard ? PATIENCE_NANOS
                : Math.max(0, greeted + FIRST_PATIENCE_NANOS - System.nanoTime());
    }

    /** Whether it has answered, and was not waited for in vain since; any thread. */
    boolean isPrompt() {
        return heard && prompt;
    }

    /** Asks; returns whether an answer may come. Any thread. */
    synchronized boolean ask(Question question, Search search) {
        if (socket == null || asked.size() >= (prompt ? MOST_ASKED : MOST_UNDERWAY)) {
            return false;
        }
        asked.put(question.number(), search);
        lastAsked = question.number();
        unsent.add(question);
        send();
        return true;
    }

    /** What finds no room goes with the answer to what is underway. */
    private void send() {
        while (underway < MOST_UNDERWAY && !unsent.isEmpty() && socket.offer(unsent.peek().encode())) {
            unsent.poll();
            underway++;
        }
    }

    /** Takes answers that have come, for which the control loop had no time. */
    void catchUp() {
        PacketSocket from = socket;
        if (from != null) {
            from.receive(MOST_UNDERWAY);
        }
    }

    /** An answer has not come in time. What has not been sent will not be. */
    void tarries() {
        prompt = false;
        List<Search> given;
        synchronized (this) {
            given = unsent.stream().map(question -> asked.remove(question.number()))
                    .filter(Objects::nonNull).toList();
            unsent.clear();
            lastLate = lastAsked;
        }
        given.forEach(search -> search.lost(this));
    }

    @Override
    public void received(ByteBuffer packet) {
        Answer answer = Answer.decode(packet);
        if (answer == null) {
            disconnected();
            return;
        }
        heard = true;
        objection = switch (answer.verdict()) {
            case NOT_ADMITTED -> FallbackReason.FOREIGN_USER;
            case OTHER_VERSION -> FallbackReason.OTHER_VERSION;
            default -> null;
        };
        Search search;
        synchronized (this) {
            search = asked.remove(answer.number());
            underway = search == null ? underway : Math.max(0, underway - 1);
            prompt = prompt || asked.isEmpty() || answer.number() - lastLate > 0;
            send();
        }
        if (search != null) {
            search.answered(this, answer);
        }
    }

    /** Its process may have ended, or has enough of this user's connections. */
    @Override
    public void disconnected() {
        lost = true;
        close();
        whenLost.accept(this);
    }

    void close() {
        List<Search> left;
        synchronized (this) {
            if (socket != null) {
                socket.close();
                socket = null;
            }
            left = List.copyOf(asked.values());
            asked.clear();
            unsent.clear();
            underway = 0;
        }
        left.forEach(search -> search.lost(this));
    }
}
