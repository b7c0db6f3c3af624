package io.smc4j.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SpinMode;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentSettingsTest {

    private static AgentSettings options(String options) {
        return AgentSettings.read(options, Map.of());
    }

    @Test
    void nothingGivenIsWhatAnApplicationHas() {
        AgentSettings settings = options(null);
        assertThat(settings.enabled()).isTrue();
        assertThat(settings.config()).isEqualTo(SmcConfig.builder()
                .adaptive(new AdaptiveConfig(true, 1000, 20, Duration.ofMinutes(10))).build());
        assertThat(settings.properties()).isEmpty();
        assertThat(options("")).isEqualTo(settings);
    }

    @Test
    void valuesAreReadAsThoseOfProperties() {
        SmcConfig config = options("memory.limit=64MB,buffers.send-size=65536,handshake.timeout=250ms,spin.limit=20,"
                + "spin.mode=never,client.enabled=FALSE,shared-memory.directory=/run/a=b,rdma.provider=none,"
                + "monitor.slow-after=PT2S,smc.rdma.max-links=1").config();
        assertThat(config.memoryLimit()).isEqualTo(64 << 20);
        assertThat(config.buffers().sendSize()).isEqualTo(65536);
        assertThat(config.handshakeTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.spinLimit()).isEqualTo(Duration.ofNanos(20_000));
        assertThat(config.spinMode()).isEqualTo(SpinMode.NEVER);
        assertThat(config.clientEnabled()).isFalse();
        assertThat(config.sharedMemory().directory()).isEqualTo("/run/a=b");
        assertThat(config.rdma().provider()).isEqualTo(RdmaConfig.Provider.NONE);
        assertThat(config.rdma().maxLinks()).isEqualTo(1);
        assertThat(config.monitor().slowAfter()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void listsGoOnBehindCommas() {
        AgentSettings settings = options(
                "shared-memory.users=orders, @smc,1001,peers.include[0]=10.0.0.0/8,peers.include[1]=10.1.2.3:8080,"
                        + "exclude.classes=com.example.*,exclude.classes=org.example.A");
        assertThat(settings.config().sharedMemory().users()).containsExactly("orders", "@smc", "1001");
        assertThat(settings.config().peers()).extracting(SmcConfig.Peer::toString)
                .containsExactly("10.0.0.0/8", "10.1.2.3:8080");
        assertThat(settings.excludedClasses()).containsExactly("com.example.*", "org.example.A");
        assertThat(settings.properties()).containsEntry("shared-memory.users", "orders,@smc,1001")
                .containsEntry("peers.include[1]", "10.1.2.3:8080").doesNotContainKey("exclude.classes");
    }

    @Test
    void excludedPortsComeBehindTheRules() {
        SmcPolicy policy = options("exclude.ports=5432,8000-8999,policy[0].action=allow,policy[0].port=8080").config()
                .policy();
        assertThat(policy.allowsOutbound(new InetSocketAddress("127.0.0.1", 8080))).isTrue();
        assertThat(policy.allowsOutbound(new InetSocketAddress("127.0.0.1", 8081))).isFalse();
        assertThat(policy.allowsOutbound(new InetSocketAddress("127.0.0.1", 5432))).isFalse();
        assertThat(policy.allowsOutbound(new InetSocketAddress("127.0.0.1", 5433))).isTrue();
    }

    @Test
    void variablesSayTheSameAndOptionsComeFirst() {
        AgentSettings settings = AgentSettings.read("memory.limit=1MB", Map.of("SMC4J_MEMORY_LIMIT", "2MB",
                "SMC4J_BUFFERS_SEND_SIZE", "128KB", "SMC4J_BUFFERS_RECEIVESIZE", "256KB", "SMC4J_POLICY_0_ACTION",
                "deny", "SMC4J_POLICY_0_CIDR", "10.0.0.0/8", "SMC4J_SHARED_MEMORY_USERS", "a,b", "OTHER", "x"));
        assertThat(settings.config().memoryLimit()).isEqualTo(1 << 20);
        assertThat(settings.config().buffers().sendSize()).isEqualTo(128 << 10);
        assertThat(settings.config().buffers().receiveSize()).isEqualTo(256 << 10);
        assertThat(settings.config().sharedMemory().users()).containsExactly("a", "b");
        assertThat(settings.config().policy().rules()).singleElement().extracting(SmcPolicy.Rule::action)
                .isEqualTo(SmcPolicy.Action.DENY);
    }

    @Test
    void whatKubernetesTellsOfAServiceIsNoSetting() {
        assertThat(AgentSettings.read(null, Map.of("SMC4J_SERVICE_HOST", "10.0.0.1", "SMC4J_PORT", "tcp://10.0.0.1:80",
                "SMC4J_PORT_80_TCP_PROTO", "tcp"))).isEqualTo(options(null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "memory.limit=64XB | memory.limit is '64XB' but must be a size",
        "memory.limit=999999999999TB | memory.limit",
        "memory.limit=1MB,memory.limit=2MB | memory.limit is '1MB,2MB'",
        "buffers.send-size=1 | buffers.send-size is '1B' but must be between 16KB and 16MB",
        "handshake.timeout=soon | handshake.timeout is 'soon' but must be a duration",
        "spin.mode=sometimes | spin.mode is 'sometimes' but must be one of adaptive, never, always",
        "client.enabled=1 | client.enabled is '1' but must be true or false",
        "rdma.port=x | rdma.port is 'x' but must be a number",
        "rdma.pnet[0].port=1 | rdma.pnet[0].netdev",
        "policy[0].port=80 | policy[0].action must be",
        "policy[1].action=deny | policy[0] must be there, as policy[1] is",
        "policy=deny | option policy is no setting of the agent",
        "exclude.ports=0 | exclude.ports is '0'",
        "exclude.classes=a b | exclude.classes is 'a b'",
        "client.webclient.enabled=false | option client.webclient.enabled is no setting of the agent",
        "quiet | option 'quiet' has no value",
        "=1 | is no setting of the agent"})
    void badOptionsAreNamed(String options, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> options(options)).withMessageContaining(message);
    }

    @Test
    void aBadVariableIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSettings.read(null, Map.of("SMC4J_MEMROY_LIMIT", "1MB")))
                .withMessageContaining("SMC4J_MEMROY_LIMIT is no setting");
    }

    @Test
    void everyOptionIsDocumented() throws Exception {
        Set<String> documented = new TreeSet<>();
        Path document = Path.of(System.getProperty("basedir", "."), "../docs/agent.md");
        Pattern.compile("(?m)^\\| (`[a-z].*?) \\|").matcher(Files.readString(document)).results()
                .forEach(row -> documented.addAll(List.of(row.group(1).replace("`", "").split(", "))));
        assertThat(documented).isEqualTo(Arrays.stream(Setting.values()).map(Setting::property)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void exclusionIsByNameOrPackage() {
        Exclusion exclusion = Exclusion.of(List.of("com.example.*", "org.example.A"));
        assertThat(List.of("com.example.B", "com.example.sub.C$D", "org.example.A", "org.example.A$1"))
                .allMatch(exclusion::excludes);
        assertThat(List.of("com.examples.B", "org.example.AB", "org.example.B")).noneMatch(exclusion::excludes);
    }
}
