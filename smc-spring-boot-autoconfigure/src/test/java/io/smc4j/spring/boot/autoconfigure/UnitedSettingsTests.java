package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcAgent;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcProvider;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class UnitedSettingsTests {

    /** Records what it is told. */
    private static final class RecordingAgent extends SmcAgent {

        private final Map<String, String> properties;
        private SmcConfig config;
        private boolean off;

        RecordingAgent(Map<String, String> properties) {
            this.properties = properties;
        }

        @Override
        public Map<String, String> properties() {
            return properties;
        }

        @Override
        public boolean configure(SmcConfig config) {
            this.config = config;
            return true;
        }

        @Override
        public void switchOff() {
            off = true;
        }

        @Override
        public SmcProvider engine() {
            throw new UnsupportedOperationException();
        }
    }

    private static RecordingAgent unite(MockEnvironment environment, Map<String, String> properties) {
        RecordingAgent agent = new RecordingAgent(properties);
        UnitedSettings.unite(environment, agent);
        return agent;
    }

    @Test
    void withoutAnAgentNothingStandsInTheWay() {
        assertThat(AgentVersion.objection()).isNull();
    }

    @Test
    void versionsMustBeTheSame() {
        assertThat(AgentVersion.objection("0.1", "0.1")).isNull();
        assertThat(AgentVersion.objection(null, "0.1")).isNull();
        assertThat(AgentVersion.objection("0.2", "0.1"))
                .isEqualTo("the Java agent is of version 0.2, and the starter of 0.1");
    }

    @Test
    void propertiesComeBeforeOptions() {
        MockEnvironment environment = new MockEnvironment().withProperty("smc.memory.limit", "32MB");
        RecordingAgent agent = unite(environment, Map.of("memory.limit", "64MB", "buffers.send-size", "1MB",
                "shared-memory.users", "orders,@smc"));
        assertThat(agent.config.memoryLimit()).isEqualTo(32 << 20);
        assertThat(agent.config.buffers().sendSize()).isEqualTo(1 << 20);
        assertThat(agent.config.sharedMemory().users()).containsExactly("orders", "@smc");
        assertThat(environment.getProperty("smc.buffers.send-size")).isEqualTo("1MB");
    }

    @Test
    void switchedOffIsOffForTheAgent() {
        RecordingAgent agent = unite(new MockEnvironment().withProperty("smc.enabled", "false"), Map.of());
        assertThat(agent.off).isTrue();
        assertThat(agent.config).isNull();
    }

    @Test
    void aBadPropertyIsLeftToTheBean() {
        RecordingAgent agent = unite(new MockEnvironment().withProperty("smc.memory.limit", "-1B"), Map.of());
        assertThat(agent.config).isNull();
        assertThat(agent.off).isFalse();
    }
}
