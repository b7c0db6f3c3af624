package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Direction;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * What the policy says of a peer, without connecting to it, and without counting.
 *
 * @param peer as asked
 * @param address what the name stands for; {@code null} if it stands for nothing: then only rules without a range match
 * @param action what would happen
 * @param rule which says so; {@code null} if none matches
 */
record PolicyCheck(String peer, String address, Direction direction, SmcPolicy.Action action, RuleView rule) {

    /**
     * Asks. The port of an inbound connection is that of the listener, as in rules.
     *
     * @throws IllegalArgumentException if it is no peer or no direction
     */
    static PolicyCheck of(PolicyTable table, String peer, String direction) {
        Direction asked = direction(direction);
        InetSocketAddress named = PeerAddress.parse(peer);
        InetSocketAddress address = new InetSocketAddress(named.getHostString(), named.getPort());
        if (asked == Direction.INBOUND && address.isUnresolved()) {
            throw new InvalidSettingException("peer", peer,
                    "an address, or a name that is known here: of an inbound connection only the address shows");
        }
        PolicyTable.Decision decision = asked == Direction.OUTBOUND ? table.checkOutbound(address)
                : table.checkInbound(address.getAddress(), address.getPort());
        return new PolicyCheck(peer, address.isUnresolved() ? null : address.getAddress().getHostAddress(), asked,
                decision.action(), decision.rule() != null ? RuleView.of(decision.rule()) : null);
    }

    private static Direction direction(String text) {
        switch (text != null ? text.strip().toLowerCase(Locale.ROOT) : "outbound") {
            case "outbound":
                return Direction.OUTBOUND;
            case "inbound":
                return Direction.INBOUND;
            default:
                throw new InvalidSettingException("direction", text, "outbound or inbound");
        }
    }
}
