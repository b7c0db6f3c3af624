package io.smc4j.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Which peers SMC may be tried with: an ordered list of rules, of which the first that matches decides. A peer that no
 * rule matches is allowed. Immutable and thread-safe.
 *
 * @param rules in order of precedence
 */
public record SmcPolicy(List<Rule> rules) {

    private static final SmcPolicy ALLOW_ALL = new SmcPolicy(List.of());

    /** Copies the list. */
    public SmcPolicy {
        rules = List.copyOf(rules);
    }

    /** The policy without rules. */
    public static SmcPolicy allowAll() {
        return ALLOW_ALL;
    }

    /**
     * Decides about an outgoing connection.
     *
     * @param remote the address being connected to; its host string is what the caller named
     */
    public boolean allowsOutbound(InetSocketAddress remote) {
        return allows(Direction.OUTBOUND, remote.getAddress(), remote.getHostString(), remote.getPort());
    }

    /**
     * Decides about an accepted connection. Ports in rules mean the listener's port here, since the peer's is random.
     */
    public boolean allowsInbound(InetAddress peer, int listenPort) {
        return allows(Direction.INBOUND, peer, null, listenPort);
    }

    private boolean allows(Direction direction, InetAddress address, String host, int port) {
        for (Rule rule : rules) {
            if (rule.matches(direction, address, host, port)) {
                return rule.action() == Action.ALLOW;
            }
        }
        return true;
    }

    /** What a rule does with the peers it matches. */
    public enum Action {
        /** SMC may be tried. */
        ALLOW,
        /** The connection stays on TCP. */
        DENY
    }

    /** Who opens the connection. */
    public enum Direction {
        /** This process connects. */
        OUTBOUND,
        /** This process accepts. */
        INBOUND,
        /** Both. */
        ANY
    }

    /**
     * One rule; it matches when all of its conditions do.
     *
     * @param host a host name pattern with {@code *}, compared without case with the name the caller used, or
     *        {@code null} for any
     * @param cidr an address or address range, or {@code null} for any
     * @param ports the port range, or {@code null} for any
     */
    public record Rule(Action action, Direction direction, HostPattern host, Cidr cidr, PortRange ports) {

        /** Requires action and direction. */
        public Rule {
            Objects.requireNonNull(action, "action");
            Objects.requireNonNull(direction, "direction");
        }

        boolean matches(Direction of, InetAddress address, String hostName, int port) {
            return (direction == Direction.ANY || direction == of)
                    && (host == null || host.matches(hostName, address))
                    && (cidr == null || (address != null && cidr.contains(address)))
                    && (ports == null || ports.contains(port));
        }
    }

    /**
     * A host name pattern: {@code *} stands for any characters.
     *
     * @param pattern e.g. {@code *.example.com}
     */
    public record HostPattern(String pattern) {

        /** Requires a pattern. */
        public HostPattern {
            if (pattern.isBlank()) {
                throw new IllegalArgumentException("empty host pattern");
            }
        }

        boolean matches(String hostName, InetAddress address) {
            return hostName != null && glob(pattern.toLowerCase(java.util.Locale.ROOT), hostName.toLowerCase(java.util.Locale.ROOT))
                    || address != null && glob(pattern, address.getHostAddress());
        }

        /** Linear-time matching: on a mismatch only the last star is tried again. */
        private static boolean glob(String pattern, String text) {
            int p = 0;
            int t = 0;
            int star = -1;
            int mark = 0;
            while (t < text.length()) {
                if (p < pattern.length() && pattern.charAt(p) == '*') {
                    star = p++;
                    mark = t;
                } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                    p++;
                    t++;
                } else if (star >= 0) {
                    p = star + 1;
                    t = ++mark;
                } else {
                    return false;
                }
            }
            while (p < pattern.length() && pattern.charAt(p) == '*') {
                p++;
            }
            return p == pattern.length();
        }
    }

    /**
     * An address range.
     *
     * @param network the network's address; bits beyond the prefix are ignored
     * @param prefixLength leading bits that must be equal
     */
    public record Cidr(InetAddress network, int prefixLength) {

        /** Dotted IPv4 of four parts, or something with a colon. */
        private static final Pattern LITERAL =
                Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[\\p{XDigit}.]*:[\\p{XDigit}.:]*");

        /** Checks the prefix length. */
        public Cidr {
            int bits = network.getAddress().length * 8;
            if (prefixLength < 0 || prefixLength > bits) {
                throw new IllegalArgumentException("prefix length " + prefixLength + " is not between 0 and " + bits);
            }
        }

        /**
         * Parses {@code address} or {@code address/prefix}; names are not looked up.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public static Cidr parse(String text) {
            int slash = text.indexOf('/');
            String host = slash < 0 ? text : text.substring(0, slash);
            // The JDK takes "1.2.3" for 1.2.0.3: who wrote that meant something else.
            if (!LITERAL.matcher(host).matches()) {
                throw new IllegalArgumentException("'" + text + "' is no address range");
            }
            try {
                InetAddress address = InetAddress.ofLiteral(host);
                int prefix = slash < 0 ? address.getAddress().length * 8 : Integer.parseInt(text.substring(slash + 1));
                return new Cidr(address, prefix);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is no address range", e);
            }
        }

        boolean contains(InetAddress address) {
            byte[] a = network.getAddress();
            byte[] b = address.getAddress();
            if (a.length != b.length) {
                return false;
            }
            int whole = prefixLength / 8;
            for (int i = 0; i < whole; i++) {
                if (a[i] != b[i]) {
                    return false;
                }
            }
            int rest = prefixLength % 8;
            return rest == 0 || ((a[whole] ^ b[whole]) & (0xFF00 >> rest) & 0xFF) == 0;
        }
    }

    /**
     * Ports from {@code first} to {@code last}, both included.
     */
    public record PortRange(int first, int last) {

        /** Checks the ports. */
        public PortRange {
            if (first < 0 || last > 65535 || first > last) {
                throw new IllegalArgumentException("port range " + first + "-" + last + " is not within 0-65535");
            }
        }

        /**
         * Parses {@code port} or {@code first-last}.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public static PortRange parse(String text) {
            int dash = text.indexOf('-');
            try {
                int first = Integer.parseInt((dash < 0 ? text : text.substring(0, dash)).trim());
                return new PortRange(first, dash < 0 ? first : Integer.parseInt(text.substring(dash + 1).trim()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is no port range", e);
            }
        }

        boolean contains(int port) {
            return port >= first && port <= last;
        }
    }
}
