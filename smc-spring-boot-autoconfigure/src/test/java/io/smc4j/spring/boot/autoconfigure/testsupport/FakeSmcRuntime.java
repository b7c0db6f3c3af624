package io.smc4j.spring.boot.autoconfigure.testsupport;

import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.net.InetSocketAddress;
import java.util.List;

/** An engine that carries everything over TCP, but by channels of its own. */
public final class FakeSmcRuntime implements SmcRuntime {

    private final CountingSelectorProvider provider = new CountingSelectorProvider();

    private volatile boolean reachable = true;

    /** Whether peers look as if they spoke SMC. */
    public void setReachable(boolean reachable) {
        this.reachable = reachable;
    }

    @Override
    public boolean mayConnectTo(InetSocketAddress listener) {
        return reachable;
    }

    public Traffic traffic() {
        return provider.traffic();
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public CountingSelectorProvider selectorProvider() {
        return provider;
    }

    @Override
    public SmcReport report() {
        return StubSmcRuntime.sample();
    }

    @Override
    public List<SmcReport.Reason> fallbackReasons() {
        return List.of();
    }

    @Override
    public void setPolicy(List<SmcProperties.PolicyRule> rules) {
        throw new UnsupportedOperationException();
    }
}
