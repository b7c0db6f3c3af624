package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.MonitorConfig;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.Buffers;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.Pnet;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.Pool;
import java.util.ArrayList;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** Turns properties into the engine's settings, which know what is permitted. */
final class SmcConfigs {

    private static final int MAX_POOL_SIZE = 65535;

    private SmcConfigs() {
    }

    /**
     * The engine's settings.
     *
     * @throws InvalidSettingException naming the first property whose value is not permitted
     */
    static SmcConfig of(SmcProperties properties) {
        try {
            checkPool(properties.client().pool());
            Buffers buffers = properties.buffers();
            return SmcConfig.builder()
                    .clientEnabled(properties.client().enabled())
                    .serverEnabled(properties.server().enabled())
                    .sendSize(bytes(buffers.sendSize()))
                    .receiveSize(bytes(buffers.receiveSize()))
                    .initialSize(bytes(buffers.initialSize()))
                    .rdmaSize(bytes(buffers.rdmaSize()))
                    .idleAfter(buffers.idleAfter())
                    .memoryLimit(properties.memory().limit().toBytes())
                    .handshakeTimeout(properties.handshake().timeout())
                    .retryAfter(properties.handshake().retryAfter())
                    .spinMode(properties.spin().mode())
                    .spinLimit(properties.spin().limit())
                    .sharedMemoryEnabled(properties.sharedMemory().enabled())
                    .sharedMemoryDirectory(properties.sharedMemory().directory())
                    .sharedMemoryUsers(properties.sharedMemory().users())
                    .rdma(rdma(properties.rdma()))
                    .synOption(properties.discovery().synOption())
                    .httpDiscovery(properties.discovery().http())
                    .peers(SmcConfig.Peer.parseAll(properties.peers().include()))
                    .monitor(new MonitorConfig(properties.monitor().enabled(), properties.monitor().slowAfter(),
                            properties.monitor().warnAt()))
                    .policy(policy(properties.policy()))
                    .adaptive(new AdaptiveConfig(properties.adaptive().enabled(), properties.adaptive().shortLived(),
                            properties.adaptive().slowReaders(), properties.adaptive().duration()))
                    .build();
        } catch (InvalidSettingException e) {
            throw e.in("smc");
        }
    }

    /** What does not fit into an {@code int} is out of the range of any ring as well. */
    private static int bytes(DataSize size) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size.toBytes()));
    }

    private static RdmaConfig rdma(SmcProperties.Rdma rdma) {
        List<RdmaConfig.PnetEntry> pnet = new ArrayList<>();
        for (Pnet entry : rdma.pnet()) {
            try {
                pnet.add(new RdmaConfig.PnetEntry(entry.netdev(), entry.device(), entry.port()));
            } catch (InvalidSettingException e) {
                throw e.in("rdma.pnet[" + pnet.size() + "]");
            }
        }
        return new RdmaConfig(rdma.provider(), rdma.ueid(), rdma.device(), rdma.port(), rdma.gidIndex(), pnet,
                rdma.maxLinks(), rdma.maxConnections());
    }

    private static SmcPolicy policy(List<PolicyRule> rules) {
        List<SmcPolicy.Rule> parsed = new ArrayList<>();
        for (PolicyRule rule : rules) {
            try {
                parsed.add(SmcPolicy.Rule.parse(rule.action(), rule.direction(), rule.host(), rule.cidr(),
                        rule.port()));
            } catch (InvalidSettingException e) {
                throw e.in("policy[" + parsed.size() + "]");
            }
        }
        return new SmcPolicy(parsed);
    }

    /** The pool of HTTP clients is not the engine's business. */
    private static void checkPool(Pool pool) {
        checkPoolSize("max-total", pool.maxTotal());
        checkPoolSize("max-per-route", pool.maxPerRoute());
    }

    private static void checkPoolSize(String name, int size) {
        if (size < 1 || size > MAX_POOL_SIZE) {
            throw new InvalidSettingException("client.pool." + name, size, "between 1 and " + MAX_POOL_SIZE);
        }
    }
}
