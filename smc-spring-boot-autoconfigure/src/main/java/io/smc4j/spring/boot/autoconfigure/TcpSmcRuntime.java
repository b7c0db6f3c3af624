package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import java.nio.channels.spi.SelectorProvider;

/** SMC switched off or not possible: everything stays on TCP, for a cause. */
final class TcpSmcRuntime implements SmcRuntime {

    private final boolean enabled;
    private final String cause;
    private final SmcConfig config;
    private final PolicyTable policy;

    TcpSmcRuntime(boolean enabled, String cause, SmcConfig config) {
        this.enabled = enabled;
        this.cause = cause;
        this.config = config;
        this.policy = PolicyTable.fixed(config.policy(), "SMC is off: " + cause);
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public String unavailabilityCause() {
        return cause;
    }

    @Override
    public SelectorProvider selectorProvider() {
        return SelectorProvider.provider();
    }

    @Override
    public SmcConfig config() {
        return config;
    }

    @Override
    public PolicyTable policyTable() {
        return policy;
    }

    @Override
    public SmcSnapshot snapshot() {
        return SmcSnapshot.none(config.memoryLimit());
    }
}
