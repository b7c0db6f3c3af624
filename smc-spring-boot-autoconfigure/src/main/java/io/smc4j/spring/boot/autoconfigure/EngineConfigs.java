package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SpinMode;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.util.List;

/** Turns checked settings into the engine's. Loads only where the engine does. */
final class EngineConfigs {

    private EngineConfigs() {
    }

    static SmcConfig config(SmcProperties properties) {
        return SmcConfig.builder()
                .clientEnabled(properties.client().enabled())
                .serverEnabled(properties.server().enabled())
                .sendBufferSize(Math.toIntExact(properties.buffers().sendSize().toBytes()))
                .receiveBufferSize(Math.toIntExact(properties.buffers().receiveSize().toBytes()))
                .initialBufferSize(Math.toIntExact(properties.buffers().initialSize().toBytes()))
                .bufferIdleAfter(properties.buffers().idleAfter())
                .memoryLimit(properties.memory().limit().toBytes())
                .handshakeTimeout(properties.handshake().timeout())
                .retryAfter(properties.handshake().retryAfter())
                .spinMode(SpinMode.valueOf(properties.spin().mode().name()))
                .spinLimit(properties.spin().limit())
                .policy(policy(properties.policy()))
                .sharedMemory(properties.sharedMemory().enabled())
                .rdma(rdma(properties.rdma()))
                .announce(properties.discovery().synOption())
                .peers(properties.peers().include().stream().map(SmcConfig.Peer::parse).toList())
                .build();
    }

    private static RdmaConfig rdma(SmcProperties.Rdma rdma) {
        return new RdmaConfig(RdmaConfig.Provider.valueOf(rdma.provider().name()), rdma.ueid(), rdma.device(),
                rdma.port(), rdma.gidIndex(), rdma.pnet().stream().map(EngineConfigs::pnetEntry).toList(),
                rdma.maxLinks(), rdma.maxConnections());
    }

    private static RdmaConfig.PnetEntry pnetEntry(SmcProperties.Pnet entry) {
        return new RdmaConfig.PnetEntry(entry.netdev(), entry.device(), entry.port());
    }

    static SmcPolicy policy(List<PolicyRule> rules) {
        return new SmcPolicy(rules.stream().map(EngineConfigs::rule).toList());
    }

    private static SmcPolicy.Rule rule(PolicyRule rule) {
        return new SmcPolicy.Rule(
                SmcPolicy.Action.valueOf(rule.action().name()),
                SmcPolicy.Direction.valueOf(rule.direction().name()),
                (rule.host() != null) ? new SmcPolicy.HostPattern(rule.host()) : null,
                (rule.cidr() != null) ? SmcPolicy.Cidr.parse(rule.cidr()) : null,
                (rule.port() != null) ? SmcPolicy.PortRange.parse(rule.port()) : null);
    }
}
