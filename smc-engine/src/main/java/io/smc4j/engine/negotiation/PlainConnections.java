package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.discovery.PublicAddresses;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections on TCP of which either side may understand SMC without the other knowing. Holds none unless HTTP is to
 * tell. Thread-safe.
 */
public final class PlainConnections implements HttpDiscovery {

    private static final int MOST_QUESTIONS = 4;
    /** With these nothing has told of the listener, or what had told does no more. */
    private static final Set<FallbackReason> UNKNOWN_LISTENER =
            EnumSet.of(FallbackReason.PEER_WITHOUT_SMC, FallbackReason.NOT_ANNOUNCED, FallbackReason.NOT_IN_DIRECTORY,
            FallbackReason.RECENT_FAILURE, FallbackReason.TIMEOUT, FallbackReason.PEER_LOST);
    private static final Set<FallbackReason> UNTRIED =
            EnumSet.of(FallbackReason.PEER_WITHOUT_SMC, FallbackReason.NOT_ANNOUNCED);

    private record Ends(InetSocketAddress local, InetSocketAddress remote) {
    }

    /** @param listener has the name by which it was called, which the policy may name */
    private record Asking(InetSocketAddress listener, AtomicInteger questions) {
    }

    private final Negotiations owner;
    private final Map<Ends, Asking> asking = new ConcurrentHashMap<>();
    private final Set<Ends> answering = ConcurrentHashMap.newKeySet();

    PlainConnections(Negotiations owner) {
        this.owner = owner;
    }

    /**
     * A connection is on TCP.
     *
     * @param role which end this process is
     * @param reason why it is
     * @return what is to be run when it is closed; {@code null} if there is nothing to do
     */
    public Runnable opened(Role role, InetSocketAddress local, InetSocketAddress remote, FallbackReason reason) {
        boolean client = role == Role.CLIENT;
        if (!owner.config.httpDiscovery() || !(client ? UNKNOWN_LISTENER : UNTRIED).contains(reason)
                || PublicAddresses.contains(remote.getAddress()) || owner.rdma.objection() != null
                || owner.rdma.portFor(local.getAddress()) == null) {
            return null;
        }
        Ends ends = new Ends(local, remote);
        if (client) {
            Asking connection = new Asking(remote, new AtomicInteger(MOST_QUESTIONS));
            asking.put(ends, connection);
            return () -> asking.remove(ends, connection);
        }
        answering.add(ends);
        return () -> answering.remove(ends);
    }

    @Override
    public boolean mayAsk(InetSocketAddress local, InetSocketAddress remote) {
        Asking connection = asking.get(new Ends(local, remote));
        return connection != null && connection.questions.get() > 0 && isWorthKnowing(connection.listener)
                && connection.questions.getAndDecrement() > 0;
    }

    private boolean isWorthKnowing(InetSocketAddress listener) {
        return !owner.discovery.isKnown(listener) && owner.discovery.learnedListeners().mayLearn(listener)
                && owner.objectionTo(listener) == null;
    }

    @Override
    public boolean mayAnswer(InetSocketAddress local, InetSocketAddress remote) {
        return answering.contains(new Ends(local, remote)) && !owner.isClosed()
                && owner.policy().checkInbound(remote.getAddress(), local.getPort()).action() == Action.ALLOW;
    }

    @Override
    public boolean learn(InetSocketAddress local, InetSocketAddress remote) {
        Asking connection = asking.get(new Ends(local, remote));
        return connection != null && owner.discovery.learnedListeners().add(connection.listener);
    }

    @Override
    public boolean hasLearned(InetSocketAddress listener) {
        return owner.discovery.learnedListeners().contains(listener);
    }
}
