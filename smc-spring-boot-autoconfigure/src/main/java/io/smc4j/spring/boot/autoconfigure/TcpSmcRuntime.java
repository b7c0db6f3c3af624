package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import java.nio.channels.spi.SelectorProvider;

/** SMC switched off or not possible: everything stays on TCP, for a cause. */
final class TcpSmcRuntime implements SmcRuntime {

    private final boolean enabled;
    private final String cause;
    private final SmcConfig config;

    TcpSmcRuntime(boolean enabled, String cause, SmcConfig config) {
        this.enabled = enabled;
        this.cause = cause;
        this.config = config;
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
    public SmcPolicy policy() {
        return config.policy();
    }

    @Override
    public void setPolicy(SmcPolicy policy) {
        throw new IllegalStateException("SMC is off: " + cause);
    }

    @Override
    public SmcSnapshot snapshot() {
        return SmcSnapshot.none(config.memoryLimit());
    }
}
