package io.smc4j.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of one engine, called by the names of their properties. Immutable; made with {@link #builder()}.
 *
 * @param clientEnabled whether outgoing connections may use SMC
 * @param serverEnabled whether accepted connections may use SMC
 * @param buffers buffers of one connection
 * @param memoryLimit bytes of receive rings this engine hands out at most
 * @param handshakeTimeout how long a negotiation may take before the connection goes on without SMC
 * @param retryAfter how long a peer with which a negotiation failed is left alone
 * @param spinMode whether waiting threads poll before they sleep
 * @param spinLimit the longest such poll
 * @param sharedMemory how peers on this host are met
 * @param rdma how RDMA is used
 * @param synOption whether SMC is announced in TCP's handshake, where the process may do so
 * @param httpDiscovery whether clients ask and servers tell by HTTP headers that they understand SMC
 * @param peers listeners that are known to understand SMC though nothing announces it
 * @param monitor how the engine watches itself
 * @param policy which peers SMC may be tried with
 * @param adaptive how the engine makes rules of its own
 */
public record SmcConfig(
        boolean clientEnabled,
        boolean serverEnabled,
        Buffers buffers,
        long memoryLimit,
        Duration handshakeTimeout,
        Duration retryAfter,
        SpinMode spinMode,
        Duration spinLimit,
        SharedMemory sharedMemory,
        RdmaConfig rdma,
        boolean synOption,
        boolean httpDiscovery,
        List<Peer> peers,
        MonitorConfig monitor,
        SmcPolicy policy,
        AdaptiveConfig adaptive) {

    /**
     * Buffers of one connection, in bytes.
     *
     * @param sendSize bytes a connection may have under way to its peer, unless {@code SO_SNDBUF} says otherwise
     * @param receiveSize bytes a connection's receive rings may grow to, unless {@code SO_RCVBUF} says otherwise
     * @param initialSize bytes that such a ring has at first and whenever it was idle, where it can grow
     * @param rdmaSize bytes of a ring or a send buffer over RDMA at most; these do not grow
     * @param idleAfter how long nothing arrives before a grown ring becomes small again
     */
    public record Buffers(int sendSize, int receiveSize, int initialSize, int rdmaSize, Duration idleAfter) {

        /** Checks the ranges. */
        public Buffers {
            require("send-size", sendSize, MAX_BUFFER_SIZE);
            require("receive-size", receiveSize, MAX_BUFFER_SIZE);
            require("initial-size", initialSize, MAX_RING_SIZE);
            require("rdma-size", rdmaSize, MAX_RING_SIZE);
            InvalidSettingException.requireDuration("buffers.idle-after", idleAfter, Duration.ofSeconds(1),
                    Duration.ofDays(1), "1s and 1d");
        }

        private static void require(String name, int size, int most) {
            InvalidSettingException.requireSize("buffers." + name, size, MIN_BUFFER_SIZE, most);
        }
    }

    /**
     * How peers on this host are met.
     *
     * @param enabled whether they are reached by shared memory
     * @param directory where engines of all network namespaces that see it meet; empty for none, {@code null} for
     *        {@link #DEFAULT_DIRECTORY} if that is there and may be used
     * @param users whose engines this one meets: names or ids of users, and of groups behind an {@code @}; empty for
     *        no limit but that of the way they meet
     */
    public record SharedMemory(boolean enabled, String directory, List<String> users) {

        /** The directory that needs no setting. */
        public static final String DEFAULT_DIRECTORY = "/run/smc4j";

        /** What getpwnam_r and getgrnam_r may find; no name has what separates fields or lines in their files. */
        private static final Pattern USER = Pattern.compile("@?[^\\s@:,/-](?:[^:,/\\p{Cntrl}]*[^\\s:,/])?");
        private static final Pattern ID = Pattern.compile("@?\\d+");
        /** The kernel takes the greatest number of 32 bits for no id. */
        private static final long MAX_ID = 0xFFFF_FFFEL;

        /**
         * Checks path and names; whether they exist shows when the engine opens.
         *
         * @throws InvalidSettingException naming what is not permitted
         */
        public SharedMemory {
            users = List.copyOf(users);
            if (directory != null && !directory.isEmpty()
                    && (!directory.startsWith("/") || directory.indexOf('\0') >= 0)) {
                throw new InvalidSettingException("shared-memory.directory", directory.replace('\0', '?'),
                        "an absolute path, or empty for no directory");
            }
            for (int i = 0; i < users.size(); i++) {
                if (!isUser(users.get(i))) {
                    throw new InvalidSettingException("shared-memory.users[" + i + "]", users.get(i),
                            "the name or id of a user, or of a group behind an '@', such as orders, 1001, @smc or "
                                    + "@2000");
                }
            }
        }

        private static boolean isUser(String text) {
            return USER.matcher(text).matches() && (!ID.matcher(text).matches() || isId(text.replace("@", "")));
        }

        private static boolean isId(String digits) {
            return digits.length() <= 10 && Long.parseLong(digits) <= MAX_ID;
        }
    }

    /**
     * Listeners that may be sent a Proposal: whoever does not understand it takes it for garbage.
     *
     * @param network their addresses
     * @param ports their ports
     */
    public record Peer(SmcPolicy.Cidr network, SmcPolicy.PortRange ports) {

        private static final SmcPolicy.PortRange ALL_PORTS = new SmcPolicy.PortRange(1, 65535);

        /** An IPv6 address in brackets or an IPv4 address, then prefix length and ports, if any. */
        private static final Pattern SYNTAX =
                Pattern.compile(
                "(?:\\[([^\\[\\]/]*:[^\\[\\]/]*)]|([^\\[\\]/:]+))(/\\d{1,3})?(?::(\\d{1,5}(?:-\\d{1,5})?))?");

        /** Requires both. */
        public Peer {
            Objects.requireNonNull(network, "network");
            Objects.requireNonNull(ports, "ports");
        }

        /**
         * Parses {@code address[/prefix][:port[-port]]}; without ports all are meant. An IPv6 address before ports is
         * in brackets, as in {@code [fd00::]/8:8080}. Names are not looked up.
         *
         * @throws InvalidSettingException if it is something else
         */
        public static Peer parse(String text) {
            return parse("peers.include", text);
        }

        /**
         * Parses a list.
         *
         * @throws InvalidSettingException naming the first element that is no peer
         */
        public static List<Peer> parseAll(List<String> texts) {
            List<Peer> peers = new ArrayList<>();
            for (String text : texts) {
                peers.add(parse("peers.include[" + peers.size() + "]", text));
            }
            return peers;
        }

        private static Peer parse(String name, String text) {
            Matcher parts = SYNTAX.matcher(text);
            try {
                if (!parts.matches()) {
                    return new Peer(SmcPolicy.Cidr.parse(text), ALL_PORTS);
                }
                String address = parts.group(1) != null ? parts.group(1) : parts.group(2);
                String prefix = parts.group(3) != null ? parts.group(3) : "";
                return new Peer(SmcPolicy.Cidr.parse(address + prefix),
                        parts.group(4) != null ? SmcPolicy.PortRange.parse(parts.group(4)) : ALL_PORTS);
            } catch (InvalidSettingException e) {
                throw new InvalidSettingException(name, text,
                        "an address or an address range, with a port or a range of ports if not all are meant, such as "
                                + "10.0.0.0/8, 10.1.2.3:8080 or [fd00::]/8:8000-8999; host names are not looked up");
            }
        }

        /** As {@link #parse} reads it. */
        @Override
        public String toString() {
            String range = network.toString();
            if (ports.equals(ALL_PORTS)) {
                return range;
            }
            int slash = range.indexOf('/') < 0 ? range.length() : range.indexOf('/');
            return (range.indexOf(':') < 0 ? range : "[" + range.substring(0, slash) + "]" + range.substring(slash))
                    + ":" + ports;
        }

        /** Whether it is one of them. */
        public boolean includes(InetSocketAddress listener) {
            return network.contains(listener.getAddress()) && ports.contains(listener.getPort());
        }
    }

    /** Smallest ring, in bytes. */
    public static final int MIN_BUFFER_SIZE = 16 * 1024;
    /** Largest ring, in bytes. */
    public static final int MAX_RING_SIZE = 1024 * 1024;
    /** The most that a connection may have under way, in rings that follow each other, in bytes. */
    public static final int MAX_BUFFER_SIZE = 16 * 1024 * 1024;
    /** What a connection may have under way unless configured, in bytes: what Linux lets TCP's send buffer grow to. */
    public static final int DEFAULT_BUFFER_SIZE = 4 * 1024 * 1024;
    /** Largest ring over RDMA unless configured, in bytes. */
    public static final int DEFAULT_RDMA_BUFFER_SIZE = 256 * 1024;
    /** Size a ring has at first unless configured, in bytes. */
    public static final int DEFAULT_INITIAL_BUFFER_SIZE = 16 * 1024;
    /** Ring memory budget unless configured, in bytes. */
    public static final long DEFAULT_MEMORY_LIMIT = 512L * 1024 * 1024;
    /** Largest ring memory budget, in bytes. */
    public static final long MAX_MEMORY_LIMIT = 64L * 1024 * 1024 * 1024;
    /** Longest time for a negotiation. */
    public static final Duration MAX_HANDSHAKE_TIMEOUT = Duration.ofMinutes(10);

    /**
     * Checks the ranges.
     *
     * @throws InvalidSettingException naming the first setting that is not permitted
     */
    public SmcConfig {
        Objects.requireNonNull(buffers, "buffers");
        InvalidSettingException.requireSize("memory.limit", memoryLimit, 0, MAX_MEMORY_LIMIT);
        InvalidSettingException.requireDuration("handshake.timeout", handshakeTimeout, Duration.ofMillis(1),
                MAX_HANDSHAKE_TIMEOUT, "1ms and 10m");
        InvalidSettingException.requireDuration("handshake.retry-after", retryAfter, Duration.ZERO, Duration.ofDays(1),
                "0s and 1d");
        InvalidSettingException.requireDuration("spin.limit", spinLimit, Duration.ZERO, Duration.ofMillis(1),
                "0us and 1ms");
        Objects.requireNonNull(spinMode, "spinMode");
        Objects.requireNonNull(sharedMemory, "sharedMemory");
        Objects.requireNonNull(rdma, "rdma");
        Objects.requireNonNull(monitor, "monitor");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(adaptive, "adaptive");
        peers = List.copyOf(peers);
    }

    /** What serves a requested buffer size: the next power of two within the permitted range, in bytes. */
    public static int bufferSize(int requested) {
        int clamped = Math.max(MIN_BUFFER_SIZE, Math.min(MAX_BUFFER_SIZE, requested));
        return Integer.highestOneBit(clamped - 1) << 1;
    }

    /** All defaults. */
    public static SmcConfig defaults() {
        return builder().build();
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {

        private boolean clientEnabled = true;
        private boolean serverEnabled = true;
        private int sendSize = DEFAULT_BUFFER_SIZE;
        private int receiveSize = DEFAULT_BUFFER_SIZE;
        private int initialSize = DEFAULT_INITIAL_BUFFER_SIZE;
        private int rdmaSize = DEFAULT_RDMA_BUFFER_SIZE;
        private Duration idleAfter = Duration.ofSeconds(10);
        private long memoryLimit = DEFAULT_MEMORY_LIMIT;
        private Duration handshakeTimeout = Duration.ofSeconds(5);
        private Duration retryAfter = Duration.ofSeconds(30);
        private SpinMode spinMode = SpinMode.ADAPTIVE;
        private Duration spinLimit = Duration.ofNanos(50_000);
        private boolean sharedMemoryEnabled = true;
        private String sharedMemoryDirectory;
        private List<String> sharedMemoryUsers = List.of();
        private RdmaConfig rdma = RdmaConfig.defaults();
        private boolean synOption = true;
        private boolean httpDiscovery;
        private List<Peer> peers = List.of();
        private MonitorConfig monitor = MonitorConfig.DEFAULTS;
        private SmcPolicy policy = SmcPolicy.allowAll();
        private AdaptiveConfig adaptive = AdaptiveConfig.OFF;

        private Builder() {
        }

        /** @see SmcConfig#clientEnabled() */
        public Builder clientEnabled(boolean value) {
            this.clientEnabled = value;
            return this;
        }

        /** @see SmcConfig#serverEnabled() */
        public Builder serverEnabled(boolean value) {
            this.serverEnabled = value;
            return this;
        }

        /** @see Buffers#sendSize() */
        public Builder sendSize(int bytes) {
            this.sendSize = bytes;
            return this;
        }

        /** @see Buffers#receiveSize() */
        public Builder receiveSize(int bytes) {
            this.receiveSize = bytes;
            return this;
        }

        /** @see Buffers#initialSize() */
        public Builder initialSize(int bytes) {
            this.initialSize = bytes;
            return this;
        }

        /** @see Buffers#rdmaSize() */
        public Builder rdmaSize(int bytes) {
            this.rdmaSize = bytes;
            return this;
        }

        /** @see Buffers#idleAfter() */
        public Builder idleAfter(Duration value) {
            this.idleAfter = value;
            return this;
        }

        /** @see SmcConfig#memoryLimit() */
        public Builder memoryLimit(long bytes) {
            this.memoryLimit = bytes;
            return this;
        }

        /** @see SmcConfig#handshakeTimeout() */
        public Builder handshakeTimeout(Duration value) {
            this.handshakeTimeout = value;
            return this;
        }

        /** @see SmcConfig#retryAfter() */
        public Builder retryAfter(Duration value) {
            this.retryAfter = value;
            return this;
        }

        /** @see SmcConfig#spinMode() */
        public Builder spinMode(SpinMode value) {
            this.spinMode = value;
            return this;
        }

        /** @see SmcConfig#spinLimit() */
        public Builder spinLimit(Duration value) {
            this.spinLimit = value;
            return this;
        }

        /** @see SharedMemory#enabled() */
        public Builder sharedMemoryEnabled(boolean value) {
            this.sharedMemoryEnabled = value;
            return this;
        }

        /** @see SharedMemory#directory() */
        public Builder sharedMemoryDirectory(String path) {
            this.sharedMemoryDirectory = path;
            return this;
        }

        /** @see SharedMemory#users() */
        public Builder sharedMemoryUsers(List<String> value) {
            this.sharedMemoryUsers = value;
            return this;
        }

        /** @see SmcConfig#rdma() */
        public Builder rdma(RdmaConfig value) {
            this.rdma = value;
            return this;
        }

        /** @see SmcConfig#synOption() */
        public Builder synOption(boolean value) {
            this.synOption = value;
            return this;
        }

        /** @see SmcConfig#httpDiscovery() */
        public Builder httpDiscovery(boolean value) {
            this.httpDiscovery = value;
            return this;
        }

        /** @see SmcConfig#peers() */
        public Builder peers(List<Peer> value) {
            this.peers = value;
            return this;
        }

        /** @see SmcConfig#monitor() */
        public Builder monitor(MonitorConfig value) {
            this.monitor = value;
            return this;
        }

        /** @see SmcConfig#adaptive() */
        public Builder adaptive(AdaptiveConfig value) {
            this.adaptive = value;
            return this;
        }

        /** @see SmcConfig#policy() */
        public Builder policy(SmcPolicy value) {
            this.policy = value;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws InvalidSettingException naming the first setting that is not permitted
         */
        public SmcConfig build() {
            return new SmcConfig(clientEnabled, serverEnabled,
                    new Buffers(sendSize, receiveSize, initialSize, rdmaSize, idleAfter), memoryLimit, handshakeTimeout,
                    retryAfter, spinMode, spinLimit,
                    new SharedMemory(sharedMemoryEnabled, sharedMemoryDirectory, sharedMemoryUsers), rdma, synOption,
                    httpDiscovery, peers, monitor, policy, adaptive);
        }
    }
}
