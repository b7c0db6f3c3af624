package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcAgent;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** SMC on an engine. */
final class EngineSmcRuntime implements SmcRuntime, AutoCloseable {

    private static final Log logger = LogFactory.getLog(EngineSmcRuntime.class);

    private final SmcProvider engine;
    private final boolean owned;

    private EngineSmcRuntime(SmcProvider engine, boolean owned) {
        this.engine = engine;
        this.owned = owned;
    }

    /** Runs on an engine that somebody else closes. */
    static SmcRuntime on(SmcProvider engine) {
        return new EngineSmcRuntime(engine, false);
    }

    /**
     * Opens an engine, to be closed with the runtime. An application that could run on TCP is not kept from starting by
     * an engine that does not open, for want of descriptors for instance.
     *
     * @throws InvalidSettingException naming a property that this system does not go with
     */
    static SmcRuntime open(SmcConfig config) {
        SmcAgent agent = SmcAgent.installed();
        try {
            return agent == null ? new EngineSmcRuntime(Smc.open(config), true) : ofAgent(agent, config);
        } catch (InvalidSettingException e) {
            throw e.in("smc");
        } catch (IOException e) {
            logger.warn("The SMC engine does not open", e);
            return new TcpSmcRuntime(true, "engine does not open: " + e.getMessage(), config);
        }
    }

    /** One engine for one process. */
    private static SmcRuntime ofAgent(SmcAgent agent, SmcConfig config) throws IOException {
        if (!agent.configure(config)) {
            logger.warn("The engine of the Java agent was open before this application had its settings: of those,"
                    + " the policy only is in force");
        }
        return on(agent.engine());
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
    public SelectorProvider selectorProvider() {
        return engine;
    }

    @Override
    public boolean mayConnectTo(InetSocketAddress listener) {
        return engine.mayConnectTo(listener);
    }

    @Override
    public HttpDiscovery httpDiscovery() {
        return engine.httpDiscovery();
    }

    @Override
    public PeerCheck check(String host, int port, Duration timeout) {
        return engine.check(host, port, timeout);
    }

    @Override
    public Socket openSocket() throws IOException {
        return engine.openSocket();
    }

    @Override
    public SmcConfig config() {
        return engine.config();
    }

    @Override
    public PolicyTable policyTable() {
        return engine.policyTable();
    }

    @Override
    public Map<FallbackReason, Long> fallbacks() {
        return engine.fallbacks();
    }

    @Override
    public void resetStatistics() {
        engine.resetStatistics();
    }

    @Override
    public SmcSnapshot snapshot() {
        return engine.snapshot();
    }

    /** Closes the engine, if it is the runtime's own. The bean factory calls this. */
    @Override
    public void close() {
        if (owned) {
            engine.close();
        }
    }
}
