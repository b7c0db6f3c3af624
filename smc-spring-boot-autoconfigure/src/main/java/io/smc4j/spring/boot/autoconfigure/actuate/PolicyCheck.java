package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Direction;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
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

    private static final int LAST_PORT = 65535;

    /**
     * Asks. The port of an inbound connection is that of the listener, as in rules.
     *
     * @throws IllegalArgumentException if it is no peer or no direction
     */
    static PolicyCheck of(PolicyTable table, String peer, String direction) {
        Direction asked = direction(direction);
        InetSocketAddress address = parse(peer);
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

    /**
     * Reads {@code host:port}, an IPv6 address in brackets. A name is looked up, as a connect would do.
     *
     * @throws InvalidSettingException if it is something else
     */
    static InetSocketAddress parse(String peer) {
        try {
            if (peer != null && peer.indexOf('@') < 0) {
                int colon = peer.lastIndexOf(':');
                String host = peer.substring(0, Math.max(colon, 0));
                // The port of a URI may be empty, and any number.
                String digits = peer.substring(colon + 1);
                URI uri = new URI("smc://" + (isName(host) ? "x" : host));
                if (uri.getHost() != null && uri.getRawPath().isEmpty() && uri.getPort() < 0
                        && digits.matches("\\d{1,5}")) {
                    int port = Integer.parseInt(digits);
                    if (port >= 1 && port <= LAST_PORT) {
                        return new InetSocketAddress(host.startsWith("[") ? host.substring(1, host.length() - 1)
                                : host, port);
                    }
                }
            }
        } catch (URISyntaxException e) {
            throw refused(peer);
        }
        throw refused(peer);
    }

    /** Underscores too, which are usual in names of containers, but not in URIs. */
    private static boolean isName(String host) {
        return host.matches("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?");
    }

    private static InvalidSettingException refused(String peer) {
        return new InvalidSettingException("peer", peer,
                "a host and a port between 1 and 65535 such as 10.0.0.7:8080, orders:8080 or [fd00::7]:8080");
    }
}
