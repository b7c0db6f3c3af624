package io.smc4j.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of one engine. Immutable; made with {@link #builder()}.
 *
 * @param clientEnabled whether outgoing connections may use SMC
 * @param serverEnabled whether accepted connections may use SMC
 * @param sendBufferSize bytes a connection may have under way to its peer, unless {@code SO_SNDBUF} says otherwise
 * @param receiveBufferSize bytes of a connection's receive ring, unless {@code SO_RCVBUF} says otherwise
 * @param initialBufferSize bytes that such a ring has at first and whenever it was idle, where it can grow
 * @param bufferIdleAfter how long nothing arrives before a grown ring becomes small again
 * @param memoryLimit bytes of receive rings this engine hands out at most
 * @param handshakeTimeout how long a negotiation may take before the connection goes on without SMC
 * @param retryAfter how long a peer with which a negotiation failed is left alone
 * @param spinMode whether waiting threads poll before they sleep
 * @param spinLimit the longest such poll
 * @param policy which peers SMC may be tried with
 * @param sharedMemory whether peers on this host are reached by shared memory
 * @param rdma how RDMA is used
 * @param announce whether SMC is announced in TCP's handshake, where the process may do so
 * @param peers listeners that are known to understand SMC though nothing announces it
 */
public record SmcConfig(
        boolean clientEnabled,
        boolean serverEnabled,
        int sendBufferSize,
        int receiveBufferSize,
        int initialBufferSize,
        Duration bufferIdleAfter,
        long memoryLimit,
        Duration handshakeTimeout,
        Duration retryAfter,
        SpinMode spinMode,
        Duration spinLimit,
        SmcPolicy policy,
        boolean sharedMemory,
        RdmaConfig rdma,
        boolean announce,
        List<Peer> peers) {

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
                Pattern.compile("(?:\\[([^\\[\\]/]*:[^\\[\\]/]*)]|([^\\[\\]/:]+))(/\\d{1,3})?(?::(\\d{1,5}(?:-\\d{1,5})?))?");

        /** Requires both. */
        public Peer {
            Objects.requireNonNull(network, "network");
            Objects.requireNonNull(ports, "ports");
        }

        /**
         * Parses {@code address[/prefix][:port[-port]]}; without ports all are meant. An IPv6 address before ports is in
         * brackets, as in {@code [fd00::]/8:8080}. Names are not looked up.
         *
         * @throws IllegalArgumentException if it is something else
         */
        public static Peer parse(String text) {
            Matcher parts = SYNTAX.matcher(text);
            if (!parts.matches()) {
                return new Peer(SmcPolicy.Cidr.parse(text), ALL_PORTS);
            }
            String address = parts.group(1) != null ? parts.group(1) : parts.group(2);
            String prefix = parts.group(3) != null ? parts.group(3) : "";
            SmcPolicy.PortRange ports = parts.group(4) != null ? SmcPolicy.PortRange.parse(parts.group(4)) : ALL_PORTS;
            return new Peer(SmcPolicy.Cidr.parse(address + prefix), ports);
        }

        /** Whether it is one of them. */
        public boolean includes(InetSocketAddress listener) {
            return network.contains(listener.getAddress()) && ports.contains(listener.getPort());
        }
    }

    /** Smallest ring, in bytes. */
    public static final int MIN_BUFFER_SIZE = 16 * 1024;
    /** Largest ring, in bytes. */
    public static final int MAX_BUFFER_SIZE = 1024 * 1024;
    /** Ring size unless configured, in bytes. */
    public static final int DEFAULT_BUFFER_SIZE = 256 * 1024;
    /** Size a ring has at first unless configured, in bytes. */
    public static final int DEFAULT_INITIAL_BUFFER_SIZE = 16 * 1024;
    /** Ring memory budget unless configured, in bytes. */
    public static final long DEFAULT_MEMORY_LIMIT = 512L * 1024 * 1024;
    /** Largest ring memory budget, in bytes. */
    public static final long MAX_MEMORY_LIMIT = 64L * 1024 * 1024 * 1024;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names value and range
     */
    public SmcConfig {
        requireInRange("send buffer size", sendBufferSize, MIN_BUFFER_SIZE, MAX_BUFFER_SIZE);
        requireInRange("receive buffer size", receiveBufferSize, MIN_BUFFER_SIZE, MAX_BUFFER_SIZE);
        requireInRange("initial buffer size", initialBufferSize, MIN_BUFFER_SIZE, MAX_BUFFER_SIZE);
        requireInRange("idle time of buffers (ms)", bufferIdleAfter.toMillis(), 1000, Duration.ofDays(1).toMillis());
        requireInRange("memory limit", memoryLimit, 0, MAX_MEMORY_LIMIT);
        requireInRange("handshake timeout (ms)", handshakeTimeout.toMillis(), 1, Integer.MAX_VALUE);
        requireInRange("retry delay (ms)", retryAfter.toMillis(), 0, Integer.MAX_VALUE);
        requireInRange("spin limit (ns)", spinLimit.toNanos(), 0, 1_000_000);
        Objects.requireNonNull(spinMode, "spinMode");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(rdma, "rdma");
        peers = List.copyOf(peers);
    }

    static void requireInRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " " + value + " is not between " + min + " and " + max);
        }
    }

    /** The size of the ring that serves a requested size: the next power of two within the permitted range, in bytes. */
    public static int ringSize(int requested) {
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
        private int sendBufferSize = DEFAULT_BUFFER_SIZE;
        private int receiveBufferSize = DEFAULT_BUFFER_SIZE;
        private int initialBufferSize = DEFAULT_INITIAL_BUFFER_SIZE;
        private Duration bufferIdleAfter = Duration.ofSeconds(10);
        private long memoryLimit = DEFAULT_MEMORY_LIMIT;
        private Duration handshakeTimeout = Duration.ofSeconds(5);
        private Duration retryAfter = Duration.ofSeconds(30);
        private SpinMode spinMode = SpinMode.ADAPTIVE;
        private Duration spinLimit = Duration.ofNanos(50_000);
        private SmcPolicy policy = SmcPolicy.allowAll();
        private boolean sharedMemory = true;
        private RdmaConfig rdma = RdmaConfig.defaults();
        private boolean announce = true;
        private List<Peer> peers = List.of();

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

        /** @see SmcConfig#sendBufferSize() */
        public Builder sendBufferSize(int bytes) {
            this.sendBufferSize = bytes;
            return this;
        }

        /** @see SmcConfig#receiveBufferSize() */
        public Builder receiveBufferSize(int bytes) {
            this.receiveBufferSize = bytes;
            return this;
        }

        /** @see SmcConfig#initialBufferSize() */
        public Builder initialBufferSize(int bytes) {
            this.initialBufferSize = bytes;
            return this;
        }

        /** @see SmcConfig#bufferIdleAfter() */
        public Builder bufferIdleAfter(Duration value) {
            this.bufferIdleAfter = value;
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

        /** @see SmcConfig#policy() */
        public Builder policy(SmcPolicy value) {
            this.policy = value;
            return this;
        }

        /** @see SmcConfig#sharedMemory() */
        public Builder sharedMemory(boolean value) {
            this.sharedMemory = value;
            return this;
        }

        /** @see SmcConfig#rdma() */
        public Builder rdma(RdmaConfig value) {
            this.rdma = value;
            return this;
        }

        /** @see SmcConfig#announce() */
        public Builder announce(boolean value) {
            this.announce = value;
            return this;
        }

        /** @see SmcConfig#peers() */
        public Builder peers(List<Peer> value) {
            this.peers = value;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws IllegalArgumentException if a value is out of its range
         */
        public SmcConfig build() {
            return new SmcConfig(clientEnabled, serverEnabled, sendBufferSize, receiveBufferSize, initialBufferSize,
                    bufferIdleAfter, memoryLimit, handshakeTimeout, retryAfter, spinMode, spinLimit, policy, sharedMemory,
                    rdma, announce, peers);
        }
    }
}
