package io.smc4j.engine.agent;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.MonitorConfig;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SpinMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the agent is to do. What is not given is as the properties of an application have it.
 *
 * @param enabled whether there is SMC at all
 * @param config the engine's settings
 * @param excludedClasses whose sockets and channels are the JDK's: names of classes, or of packages with {@code .*}
 * @param quiet whether to say nothing where all is well
 * @param properties what was given, by the names of properties below {@code smc}, without the policy
 */
record AgentSettings(boolean enabled, SmcConfig config, List<String> excludedClasses, boolean quiet,
        Map<String, String> properties) {

    private static final String CLASS = "[\\p{javaJavaIdentifierPart}.]+(\\.\\*)?";

    /**
     * Reads options and environment.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    static AgentSettings read(String options, Map<String, String> environment) {
        GivenSettings given = GivenSettings.read(options, environment);
        SettingValues values = new SettingValues(given);
        return new AgentSettings(values.flag(Setting.ENABLED, true), config(given, values), excludedClasses(given),
                values.flag(Setting.QUIET, false), given.properties());
    }

    private static SmcConfig config(GivenSettings given, SettingValues values) {
        SmcConfig otherwise = SmcConfig.defaults();
        SmcConfig.Buffers buffers = otherwise.buffers();
        return SmcConfig.builder()
                .clientEnabled(values.flag(Setting.CLIENT_ENABLED, true))
                .serverEnabled(values.flag(Setting.SERVER_ENABLED, true))
                .sendSize(values.bufferSize(Setting.BUFFERS_SEND_SIZE, buffers.sendSize()))
                .receiveSize(values.bufferSize(Setting.BUFFERS_RECEIVE_SIZE, buffers.receiveSize()))
                .initialSize(values.bufferSize(Setting.BUFFERS_INITIAL_SIZE, buffers.initialSize()))
                .rdmaSize(values.bufferSize(Setting.BUFFERS_RDMA_SIZE, buffers.rdmaSize()))
                .idleAfter(values.duration(Setting.BUFFERS_IDLE_AFTER, buffers.idleAfter()))
                .memoryLimit(values.size(Setting.MEMORY_LIMIT, otherwise.memoryLimit()))
                .handshakeTimeout(values.duration(Setting.HANDSHAKE_TIMEOUT, otherwise.handshakeTimeout()))
                .retryAfter(values.duration(Setting.HANDSHAKE_RETRY_AFTER, otherwise.retryAfter()))
                .spinMode(values.constant(Setting.SPIN_MODE, SpinMode.class, otherwise.spinMode()))
                .spinLimit(values.duration(Setting.SPIN_LIMIT, otherwise.spinLimit()))
                .sharedMemoryEnabled(values.flag(Setting.SHARED_MEMORY_ENABLED, true))
                .sharedMemoryDirectory(given.text(Setting.SHARED_MEMORY_DIRECTORY))
                .sharedMemoryUsers(list(given, Setting.SHARED_MEMORY_USERS, List.of()))
                .rdma(rdma(given, values, otherwise.rdma()))
                .synOption(values.flag(Setting.DISCOVERY_SYN_OPTION, otherwise.synOption()))
                .httpDiscovery(values.flag(Setting.DISCOVERY_HTTP, otherwise.httpDiscovery()))
                .peers(SmcConfig.Peer.parseAll(list(given, Setting.PEERS_INCLUDE, List.of())))
                .monitor(monitor(values, otherwise.monitor()))
                .policy(policy(given))
                .adaptive(adaptive(values, AdaptiveConfig.OFF))
                .build();
    }

    private static List<String> list(GivenSettings given, Setting setting, List<String> otherwise) {
        return Objects.requireNonNullElse(given.list(setting), otherwise);
    }

    private static MonitorConfig monitor(SettingValues values, MonitorConfig otherwise) {
        return new MonitorConfig(values.flag(Setting.MONITOR_ENABLED, otherwise.enabled()),
                values.duration(Setting.MONITOR_SLOW_AFTER, otherwise.slowAfter()),
                values.number(Setting.MONITOR_WARN_AT, otherwise.warnAt()));
    }

    private static AdaptiveConfig adaptive(SettingValues values, AdaptiveConfig otherwise) {
        return new AdaptiveConfig(values.flag(Setting.ADAPTIVE_ENABLED, true),
                values.number(Setting.ADAPTIVE_SHORT_LIVED, otherwise.shortLived()),
                values.number(Setting.ADAPTIVE_SLOW_READERS, otherwise.slowReaders()),
                values.duration(Setting.ADAPTIVE_DURATION, otherwise.duration()));
    }

    private static RdmaConfig rdma(GivenSettings given, SettingValues values, RdmaConfig otherwise) {
        List<RdmaConfig.PnetEntry> pnet = new ArrayList<>();
        for (Map<String, String> entry : given.entries(Setting.RDMA_PNET)) {
            String name = Setting.RDMA_PNET.property() + "[" + pnet.size() + "]";
            String port = entry.getOrDefault("port", "1");
            try {
                pnet.add(new RdmaConfig.PnetEntry(entry.get("netdev"), entry.get("device"), Integer.parseInt(port)));
            } catch (NumberFormatException e) {
                throw new InvalidSettingException(name + ".port", port, "a number");
            } catch (InvalidSettingException e) {
                throw e.in(name);
            }
        }
        return new RdmaConfig(
                values.constant(Setting.RDMA_PROVIDER, RdmaConfig.Provider.class, otherwise.provider()),
                list(given, Setting.RDMA_UEID, otherwise.ueid()), given.text(Setting.RDMA_DEVICE),
                values.number(Setting.RDMA_PORT, otherwise.port()),
                values.number(Setting.RDMA_GID_INDEX, otherwise.gidIndex()), pnet,
                values.number(Setting.RDMA_MAX_LINKS, otherwise.maxLinks()),
                values.number(Setting.RDMA_MAX_CONNECTIONS, otherwise.maxConnections()));
    }

    /** The rules as given, and then those of the ports that are left out. */
    private static SmcPolicy policy(GivenSettings given) {
        List<SmcPolicy.Rule> rules = new ArrayList<>();
        for (Map<String, String> entry : given.entries(Setting.POLICY)) {
            try {
                rules.add(SmcPolicy.Rule.parse(
                        SettingValues.constant("action", entry.get("action"), SmcPolicy.Action.class, null),
                        SettingValues.constant("direction", entry.get("direction"), SmcPolicy.Direction.class, null),
                        entry.get("host"), entry.get("cidr"), entry.get("port")));
            } catch (InvalidSettingException e) {
                throw e.in("policy[" + rules.size() + "]");
            }
        }
        for (String ports : list(given, Setting.EXCLUDE_PORTS, List.of())) {
            try {
                rules.add(SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, null, null, null, ports));
            } catch (InvalidSettingException e) {
                throw new InvalidSettingException(Setting.EXCLUDE_PORTS.property(), e.value(), e.permitted());
            }
        }
        return new SmcPolicy(rules);
    }

    private static List<String> excludedClasses(GivenSettings given) {
        List<String> classes = list(given, Setting.EXCLUDE_CLASSES, List.of());
        for (String name : classes) {
            if (!name.matches(CLASS)) {
                throw new InvalidSettingException(Setting.EXCLUDE_CLASSES.property(), name,
                        "the name of a class, or of a package with .* behind it");
            }
        }
        return classes;
    }
}
