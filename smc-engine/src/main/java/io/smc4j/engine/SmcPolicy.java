package io.smc4j.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
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
        return allows(PolicySubject.outbound(remote));
    }

    /**
     * Decides about an accepted connection. Ports in rules mean the listener's port here, since the peer's is random.
     */
    public boolean allowsInbound(InetAddress peer, int listenPort) {
        return allows(PolicySubject.inbound(peer, listenPort));
    }

    private boolean allows(PolicySubject subject) {
        for (Rule rule : rules) {
            if (rule.matches(subject)) {
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
     * @param port the port range, or {@code null} for any
     */
    public record Rule(Action action, Direction direction, HostPattern host, Cidr cidr, PortRange port) {

        /** Requires an action; without a direction both are meant. */
        public Rule {
            if (action == null) {
                throw new InvalidSettingException("action", null, "allow or deny");
            }
            direction = direction != null ? direction : Direction.ANY;
        }

        /**
         * Reads the conditions from texts, of which each may be {@code null} for any.
         *
         * @throws InvalidSettingException if one is malformed; it is called by the name of the parameter
         */
        public static Rule parse(Action action, Direction direction, String host, String cidr, String port) {
            return new Rule(action, direction, host != null ? new HostPattern(host) : null,
                    cidr != null ? Cidr.parse(cidr) : null, port != null ? PortRange.parse(port) : null);
        }

        boolean matches(PolicySubject subject) {
            return (direction == Direction.ANY || direction == subject.direction())
                    && (port == null || port.contains(subject.port()))
                    && (cidr == null || subject.addressBytes() != null && cidr.contains(subject.addressBytes()))
                    && (host == null || host.matches(subject));
        }
    }

    /**
     * A host name pattern: {@code *} stands for any characters.
     *
     * @param pattern e.g. {@code *.example.com}
     */
    public record HostPattern(String pattern) {

        private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._*-]+");
        private static final Pattern IPV6 = Pattern.compile(
                "[0-9A-Fa-f]+:\\*|[0-9A-Fa-f.*]*(?::[0-9A-Fa-f.*]*){2,}");

        /** Refuses what no host is called. */
        public HostPattern {
            if (!NAME.matcher(pattern).matches() && !IPV6.matcher(pattern).matches()) {
                throw new InvalidSettingException("host", pattern,
                        "a host name, an address or a pattern such as *.example.com, without scheme, port and path");
            }
        }

        @Override
        public String toString() {
            return pattern;
        }

        boolean matches(PolicySubject subject) {
            String lower = pattern.toLowerCase(Locale.ROOT);
            return subject.name() != null && glob(lower, subject.name())
                    || subject.addressText() != null && glob(lower, subject.addressText());
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

        private static final Pattern SYNTAX = Pattern.compile("([^/]+)(?:/(\\d{1,3}))?");

        /** Checks the prefix length. */
        public Cidr {
            int bits = bits(network);
            if (prefixLength < 0 || prefixLength > bits) {
                throw new InvalidSettingException("cidr", network.getHostAddress() + "/" + prefixLength,
                        "an address range with a prefix length between 0 and " + bits);
            }
        }

        /**
         * Parses {@code address} or {@code address/prefix}; names are not looked up.
         *
         * @throws InvalidSettingException if it is neither
         */
        public static Cidr parse(String text) {
            Matcher parts = SYNTAX.matcher(text);
            InetAddress address = parts.matches() ? AddressLiteral.parse(parts.group(1)) : null;
            if (address != null) {
                int prefix = parts.group(2) != null ? Integer.parseInt(parts.group(2)) : bits(address);
                if (prefix <= bits(address)) {
                    return new Cidr(address, prefix);
                }
            }
            throw new InvalidSettingException("cidr", text,
                    "an IPv4 or IPv6 address, or an address and a prefix length such as 10.0.0.0/8 or fd00::/8");
        }

        private static int bits(InetAddress address) {
            return address.getAddress().length * 8;
        }

        /** As {@link #parse} reads it; a whole address stands without a prefix length. */
        @Override
        public String toString() {
            return AddressLiteral.format(network) + (prefixLength < bits(network) ? "/" + prefixLength : "");
        }

        boolean contains(InetAddress address) {
            return contains(address.getAddress());
        }

        boolean contains(byte[] b) {
            byte[] a = network.getAddress();
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

        private static final Pattern SYNTAX = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
        private static final String PERMITTED =
                "a port or a range of ports between 1 and 65535, such as 8080 or 8000-8999";

        /** Checks the ports. */
        public PortRange {
            if (first < 1 || last > 65535 || first > last) {
                throw new InvalidSettingException("port", first + "-" + last, PERMITTED);
            }
        }

        /**
         * Parses {@code port} or {@code first-last}.
         *
         * @throws InvalidSettingException if it is neither
         */
        public static PortRange parse(String text) {
            Matcher ports = SYNTAX.matcher(text);
            if (ports.matches()) {
                int first = Integer.parseInt(ports.group(1));
                int last = ports.group(2) != null ? Integer.parseInt(ports.group(2)) : first;
                if (first >= 1 && first <= last && last <= 65535) {
                    return new PortRange(first, last);
                }
            }
            throw new InvalidSettingException("port", text, PERMITTED);
        }

        boolean contains(int port) {
            return port >= first && port <= last;
        }

        /** As {@link #parse} reads it. */
        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }
}
