package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** SMC on an engine. Loads only where the engine does. */
class EngineSmcRuntime implements SmcRuntime {

    private static final Log logger = LogFactory.getLog(EngineSmcRuntime.class);

    private final SmcSelectorProvider engine;
    private final SmcProperties properties;
    private List<PolicyRule> policy;

    private EngineSmcRuntime(SmcSelectorProvider engine, SmcProperties properties) {
        this.engine = engine;
        this.properties = properties;
        this.policy = properties.policy();
    }

    /** Runs on an engine that somebody else closes. */
    static SmcRuntime on(SmcSelectorProvider engine, SmcProperties properties) {
        return new EngineSmcRuntime(engine, properties);
    }

    /**
     * Opens an engine, to be closed with the runtime. An application that could run on TCP is not kept from starting by
     * an engine that does not open, for want of descriptors for instance.
     */
    static SmcRuntime open(SmcProperties properties) {
        try {
            return new Owner(SmcSelectorProvider.open(EngineConfigs.config(properties)), properties);
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

    private synchronized List<PolicyRule> policy() {
        return policy;
    }

    /** A runtime whose engine is its own. */
    private static final class Owner extends EngineSmcRuntime implements AutoCloseable {

        private final SmcSelectorProvider owned;

        Owner(SmcSelectorProvider engine, SmcProperties properties) {
            super(engine, properties);
            this.owned = engine;
        }

        /** Called by the bean factory. */
        @Override
        public void close() {
            owned.close();
        }
    }
}
