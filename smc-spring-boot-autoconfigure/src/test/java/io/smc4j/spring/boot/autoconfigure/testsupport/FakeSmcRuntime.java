package io.smc4j.spring.boot.autoconfigure.testsupport;

import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.net.InetSocketAddress;

/** An engine that carries everything over TCP, but by channels of its own. */
public final class FakeSmcRuntime implements SmcRuntime {

    private final CountingSelectorProvider provider = new CountingSelectorProvider();

    private final ScriptedDiscovery discovery = new ScriptedDiscovery();

    private volatile boolean reachable = true;

    /** Whether peers look as if they spoke SMC. */
    public void setReachable(boolean reachable) {
        this.reachable = reachable;
    }

    @Override
    public boolean mayConnectTo(InetSocketAddress listener) {
        return reachable;
    }

    @Override
    public ScriptedDiscovery httpDiscovery() {
        return discovery;
    }

    public Traffic traffic() {
        return provider.traffic();
    }

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public String unavailabilityCause() {
        return null;
    }

    @Override
    public CountingSelectorProvider selectorProvider() {
        return provider;
    }

    @Override
    public SmcConfig config() {
        return SmcConfig.defaults();
    }

    @Override
    public PolicyTable policyTable() {
        return PolicyTable.fixed(SmcPolicy.allowAll(), "a fake has no policy");
    }

    @Override
    public SmcSnapshot snapshot() {
        return StubSmcRuntime.sample();
    }
}
