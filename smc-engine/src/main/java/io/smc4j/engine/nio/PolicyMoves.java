package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.PolicyTable.ChangeKind;
import io.smc4j.engine.PolicyTable.Decision;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Has connections that are open when a rule comes that denies them go over from SMC to TCP, if the rule says that it
 * applies to open ones and their peers can.
 */
final class PolicyMoves {

    /** To go over takes some system calls, and others wait for the control loop. */
    private static final int AT_ONCE = 32;
    private static final long PAUSE_NANOS = 1_000_000;

    private final PolicyTable policy;
    private final ControlLoop loop;
    private final Map<ChannelTransport, ?> open;

    /** Begins to listen for rules. */
    PolicyMoves(PolicyTable policy, ControlLoop loop, Map<ChannelTransport, ?> open) {
        this.policy = policy;
        this.loop = loop;
        this.open = open;
        policy.onChange(this::changed);
    }

    private void changed(PolicyTable.Change change) {
        if (change.kind() == ChangeKind.ADDED && change.rule().appliesToOpen()) {
            loop.execute(() -> look(List.copyOf(open.keySet()).iterator()));
        }
    }

    private void look(Iterator<ChannelTransport> left) {
        for (int i = 0; i < AT_ONCE && left.hasNext(); i++) {
            look(left.next());
        }
        if (left.hasNext()) {
            loop.schedule(PAUSE_NANOS, () -> look(left));
        }
    }

    /** A connection may have come to SMC after the rule, if it was made before. */
    void look(ChannelTransport channel) {
        if (!channel.isOnSmc()) {
            return;
        }
        InetSocketAddress peer = channel.remoteAddress();
        if (channel.role() == SmcSnapshot.Role.CLIENT) {
            if (moves(channel, policy.checkOutbound(peer))) {
                policy.decideOutbound(peer);
            }
            return;
        }
        int port = channel.localAddress().getPort();
        if (moves(channel, policy.checkInbound(peer.getAddress(), port))) {
            policy.decideInbound(peer.getAddress(), port);
        }
    }

    /** Returns whether a connection is to be counted for a rule, as one that is made. */
    private static boolean moves(ChannelTransport channel, Decision decision) {
        return decision.action() == Action.DENY && decision.rule().appliesToOpen()
                && channel.move(FallbackReason.MOVED);
    }
}
