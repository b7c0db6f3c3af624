package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** SMC on an engine. Loads only where the engine does. */
final class EngineSmcRuntime implements SmcRuntime, AutoCloseable {

    private static final Log logger = LogFactory.getLog(EngineSmcRuntime.class);

    private final SmcSelectorProvider engine;
    private final boolean owned;
    private final SmcProperties properties;
    private List<PolicyRule> policy;

    private EngineSmcRuntime(SmcSelectorProvider engine, boolean owned, SmcProperties properties) {
        this.engine = engine;
        this.owned = owned;
        this.properties = properties;
        this.policy = properties.policy();
    }

    /** Runs on an engine that somebody else closes. */
    static SmcRuntime on(SmcSelectorProvider engine, SmcProperties properties) {
        return new EngineSmcRuntime(engine, false, properties);
    }

    /**
     * Opens an engine, to be closed with the runtime. An application that could run on TCP is not kept from starting by
     * an engine that does not open, for want of descriptors for instance.
     */
    static SmcRuntime open(SmcProperties properties) {
        try {
            return new EngineSmcRuntime(SmcSelectorProvider.open(EngineConfigs.config(properties)), true, properties);
        } catch (IOException e) {
            logger.warn("The SMC engine does not open", e);
            return new TcpSmcRuntime("engine does not open: " + e.getMessage(), properties);
        }
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public SelectorProvider selectorProvider() {
        return engine;
    }

    @Override
    public boolean mayConnectTo(InetSocketAddress listener) {
        return engine.mayConnectTo(listener);
    }

    @Override
    public SmcReport report() {
        return EngineReports.report(SmcReport.Configuration.of(properties, policy()), engine.snapshot());
    }

    @Override
    public List<SmcReport.Reason> fallbackReasons() {
        return Arrays.stream(FallbackReason.values()).map(EngineReports::reason).toList();
    }

    @Override
    public synchronized void setPolicy(List<PolicyRule> rules) {
        SmcPropertiesCheck.checkPolicy("policy", rules);
        engine.setPolicy(EngineConfigs.policy(rules));
        policy = List.copyOf(rules);
    }

    /** Closes the engine, if it is the runtime's own. The bean factory calls this. */
    @Override
    public void close() {
        if (owned) {
            engine.close();
        }
    }

    private synchronized List<PolicyRule> policy() {
        return policy;
    }
}
