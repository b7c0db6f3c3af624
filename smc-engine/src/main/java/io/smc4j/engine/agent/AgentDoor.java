package io.smc4j.engine.agent;

import io.smc4j.engine.SmcAgent;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an application in the process sees of the agent. */
final class AgentDoor extends SmcAgent {

    private AgentDoor() {
    }

    static void open() {
        install(new AgentDoor());
    }

    @Override
    public Map<String, String> properties() {
        return AgentEngine.told().properties();
    }

    @Override
    public boolean configure(SmcConfig config) {
        List<SmcPolicy.Rule> rules = new ArrayList<>(config.policy().rules());
        rules.addAll(AgentEngine.told().config().policy().rules());
        return AgentEngine.configure(withPolicy(config, new SmcPolicy(rules)));
    }

    static SmcConfig withPolicy(SmcConfig config, SmcPolicy policy) {
        return new SmcConfig(config.clientEnabled(), config.serverEnabled(), config.buffers(), config.memoryLimit(),
                config.handshakeTimeout(), config.retryAfter(), config.spinMode(), config.spinLimit(),
                config.sharedMemory(), config.rdma(), config.synOption(), config.httpDiscovery(), config.peers(),
                config.monitor(), policy, config.adaptive());
    }

    @Override
    public void switchOff() {
        AgentEngine.switchOff();
    }

    @Override
    public SmcProvider engine() throws IOException {
        SmcProvider engine = AgentEngine.get();
        if (engine == null) {
            throw new IOException("that of the agent did not");
        }
        return engine;
    }
}
