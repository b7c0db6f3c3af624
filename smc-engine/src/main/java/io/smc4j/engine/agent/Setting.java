package io.smc4j.engine.agent;

/** What the agent can be told, by the name of the property with the same effect, below {@code smc}. */
enum Setting {

    ENABLED("enabled"),
    CLIENT_ENABLED("client.enabled"),
    SERVER_ENABLED("server.enabled"),
    BUFFERS_SEND_SIZE("buffers.send-size"),
    BUFFERS_RECEIVE_SIZE("buffers.receive-size"),
    BUFFERS_INITIAL_SIZE("buffers.initial-size"),
    BUFFERS_RDMA_SIZE("buffers.rdma-size"),
    BUFFERS_IDLE_AFTER("buffers.idle-after"),
    MEMORY_LIMIT("memory.limit"),
    HANDSHAKE_TIMEOUT("handshake.timeout"),
    HANDSHAKE_RETRY_AFTER("handshake.retry-after"),
    SPIN_MODE("spin.mode"),
    SPIN_LIMIT("spin.limit"),
    SHARED_MEMORY_ENABLED("shared-memory.enabled"),
    SHARED_MEMORY_DIRECTORY("shared-memory.directory"),
    SHARED_MEMORY_USERS("shared-memory.users"),
    RDMA_PROVIDER("rdma.provider"),
    RDMA_UEID("rdma.ueid"),
    RDMA_DEVICE("rdma.device"),
    RDMA_PORT("rdma.port"),
    RDMA_GID_INDEX("rdma.gid-index"),
    RDMA_MAX_LINKS("rdma.max-links"),
    RDMA_MAX_CONNECTIONS("rdma.max-connections"),
    DISCOVERY_SYN_OPTION("discovery.syn-option"),
    DISCOVERY_HTTP("discovery.http"),
    PEERS_INCLUDE("peers.include"),
    MONITOR_ENABLED("monitor.enabled"),
    MONITOR_SLOW_AFTER("monitor.slow-after"),
    MONITOR_WARN_AT("monitor.warn-at"),
    ADAPTIVE_ENABLED("adaptive.enabled"),
    ADAPTIVE_SHORT_LIVED("adaptive.short-lived"),
    ADAPTIVE_SLOW_READERS("adaptive.slow-readers"),
    ADAPTIVE_DURATION("adaptive.duration"),
    POLICY("policy"),
    RDMA_PNET("rdma.pnet"),
    /** The agent's own, as all that follow. */
    EXCLUDE_PORTS("exclude.ports"),
    EXCLUDE_CLASSES("exclude.classes"),
    QUIET("quiet");

    private final String property;
    private final String key;

    Setting(String property) {
        this.property = property;
        this.key = key(property);
    }

    /** The name, such as {@code buffers.send-size}. */
    String property() {
        return property;
    }

    /** What is left of a name in all ways to write it: {@code BUFFERS_SEND_SIZE} is {@code bufferssendsize}. */
    String key() {
        return key;
    }

    static String key(String name) {
        StringBuilder key = new StringBuilder();
        for (char c : name.toCharArray()) {
            if (Character.isLetterOrDigit(c)) {
                key.append(Character.toLowerCase(c));
            }
        }
        return key.toString();
    }

    /** Whether a starter has it, too. */
    boolean isProperty() {
        return compareTo(EXCLUDE_PORTS) < 0;
    }
}
