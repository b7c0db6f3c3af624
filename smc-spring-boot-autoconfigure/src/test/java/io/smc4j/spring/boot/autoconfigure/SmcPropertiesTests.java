package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SpinMode;
import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class SmcPropertiesTests {

    @Test
    void defaultsArePermitted() {
        SmcProperties properties = bind(Map.of());
        assertThatNoException().isThrownBy(properties::afterPropertiesSet);
        assertThat(properties.enabled()).isTrue();
        assertThat(properties.client().enabled()).isTrue();
        assertThat(properties.client().webclient().enabled()).isTrue();
        assertThat(properties.client().rest().enabled()).isTrue();
        assertThat(properties.client().restTemplateBeans().enabled()).isTrue();
        assertThat(properties.client().pool()).isEqualTo(new SmcProperties.Pool(65535, 65535));
        assertThat(properties.server().enabled()).isTrue();
        assertThat(properties.server().tomcat().enabled()).isTrue();
        assertThat(properties.server().netty().enabled()).isTrue();
        assertThat(properties.buffers().sendSize()).isEqualTo(DataSize.ofMegabytes(4));
        assertThat(properties.buffers().receiveSize()).isEqualTo(DataSize.ofMegabytes(4));
        assertThat(properties.buffers().initialSize()).isEqualTo(DataSize.ofKilobytes(16));
        assertThat(properties.buffers().rdmaSize()).isEqualTo(DataSize.ofKilobytes(256));
        assertThat(properties.buffers().idleAfter()).isEqualTo(Duration.ofSeconds(10));
        assertThat(properties.memory().limit()).isEqualTo(DataSize.ofMegabytes(512));
        assertThat(properties.handshake().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(properties.handshake().retryAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(properties.spin()).isEqualTo(new SmcProperties.Spin(SpinMode.ADAPTIVE, Duration.ofNanos(50_000)));
        assertThat(properties.sharedMemory()).isEqualTo(new SmcProperties.SharedMemory(true, null, List.of()));
        assertThat(properties.rdma()).isEqualTo(
                new SmcProperties.Rdma(RdmaConfig.Provider.AUTO, List.of("SMC4J"), null, 0, -1, List.of(), 2, 255));
        assertThat(properties.discovery().synOption()).isTrue();
        assertThat(properties.discovery().http()).isFalse();
        assertThat(properties.peers().include()).isEmpty();
        assertThat(properties.policy()).isEmpty();
    }

    @Test
    void defaultsEqualTheEngines() {
        assertThat(SmcConfigs.of(bind(Map.of("smc.adaptive.enabled", "false")))).isEqualTo(SmcConfig.defaults());
    }

    @Test
    void adaptiveRulesAreOnWithTheEnginesFigures() {
        AdaptiveConfig engines = SmcConfig.defaults().adaptive();
        assertThat(SmcConfigs.of(bind(Map.of())).adaptive())
                .isEqualTo(new AdaptiveConfig(true, engines.shortLived(), engines.slowReaders(),
                        engines.duration()));
    }

    @Test
    void spinLimitIsInMicrosecondsUnlessSaidOtherwise() {
        assertThat(bind(Map.of("smc.spin.limit", "20")).spin().limit()).isEqualTo(Duration.ofNanos(20_000));
    }

    @Test
    void policyBindsInOrder() {
        SmcProperties properties = bind(Map.of("smc.policy[0].action", "deny", "smc.policy[0].host", "*.example.com",
                "smc.policy[0].direction", "outbound", "smc.policy[1].action", "allow", "smc.policy[1].cidr",
                "10.0.0.0/8", "smc.policy[1].port", "8000-8999"));
        assertThatNoException().isThrownBy(properties::afterPropertiesSet);
        assertThat(properties.policy()).containsExactly(
                new PolicyRule(Action.DENY, Direction.OUTBOUND, "*.example.com", null, null),
                new PolicyRule(Action.ALLOW, Direction.ANY, null, "10.0.0.0/8", "8000-8999"));
    }

    @ParameterizedTest
    @CsvSource({
            "buffers.send-size, 16KB", "buffers.send-size, 16MB", "buffers.send-size, 100000B",
            "buffers.receive-size, 16KB", "buffers.receive-size, 16MB",
            "buffers.rdma-size, 16KB", "buffers.rdma-size, 1MB",
            "buffers.initial-size, 16KB", "buffers.initial-size, 1MB", "buffers.idle-after, 1s",
            "buffers.idle-after, 1d", "memory.limit, 0B", "memory.limit, 64GB",
            "handshake.timeout, 1ms", "handshake.timeout, 10m",
            "handshake.retry-after, 0s", "handshake.retry-after, 1d",
            "spin.limit, 0", "spin.limit, 1ms", "monitor.slow-after, 1ms", "monitor.slow-after, 1d",
            "monitor.warn-at, 1", "monitor.warn-at, 100",
            "client.pool.max-total, 1", "client.pool.max-per-route, 65535",
            "rdma.port, 0", "rdma.port, 255", "rdma.gid-index, -1", "rdma.gid-index, 65535",
            "rdma.max-links, 1", "rdma.max-links, 2", "rdma.max-connections, 16", "rdma.max-connections, 255"})
    void boundsArePermitted(String name, String value) {
        SmcProperties properties = bind(Map.of("smc." + name, value));
        assertThatNoException().isThrownBy(properties::afterPropertiesSet);
    }

    @ParameterizedTest
    @CsvSource({
            "buffers.send-size, 16383B, 16KB and 16MB", "buffers.send-size, 17MB, 16KB and 16MB",
            "buffers.receive-size, 8KB, 16KB and 16MB", "buffers.receive-size, 16777217B, 16KB and 16MB",
            "buffers.receive-size, -1B, 16KB and 16MB", "buffers.send-size, 5GB, 16KB and 16MB",
            "buffers.rdma-size, 16383B, 16KB and 1MB", "buffers.rdma-size, 2MB, 16KB and 1MB",
            "buffers.initial-size, 16383B, 16KB and 1MB", "buffers.initial-size, 2MB, 16KB and 1MB",
            "buffers.idle-after, 999ms, 1s and 1d", "buffers.idle-after, 25h, 1s and 1d",
            "memory.limit, -1B, 0B and 64GB", "memory.limit, 65GB, 0B and 64GB",
            "handshake.timeout, 0s, 1ms and 10m", "handshake.timeout, 11m, 1ms and 10m",
            "handshake.retry-after, -1s, 0s and 1d", "handshake.retry-after, 2d, 0s and 1d",
            "monitor.slow-after, 0s, 1ms and 1d", "monitor.slow-after, 2d, 1ms and 1d",
            "monitor.warn-at, 0, 1 and 100", "monitor.warn-at, 101, 1 and 100",
            "spin.limit, -1us, 0us and 1ms", "spin.limit, 2ms, 0us and 1ms",
            "client.pool.max-total, 0, 1 and 65535", "client.pool.max-per-route, 70000, 1 and 65535",
            "rdma.port, -1, 0 and 255", "rdma.port, 256, 0 and 255", "rdma.gid-index, -2, -1 and 65535",
            "rdma.gid-index, 65536, -1 and 65535", "rdma.max-links, 0, 1 and 2", "rdma.max-links, 3, 1 and 2",
            "rdma.max-connections, 15, 16 and 255", "rdma.max-connections, 256, 16 and 255"})
    void valuesOutOfRangeAreRefusedWithNameAndRange(String name, String value, String range) {
        SmcProperties properties = bind(Map.of("smc." + name, value));
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(properties::afterPropertiesSet)
                .satisfies((e) -> {
                    assertThat(e.name()).isEqualTo("smc." + name);
                    assertThat(e.permitted()).isEqualTo("between " + range);
                    assertThat(e.getMessage()).contains(e.name(), e.value(), range);
                });
    }

    @ParameterizedTest
    @CsvSource({
            "cidr, 10.0.0.1", "cidr, 10.0.0.0/8", "cidr, 0.0.0.0/0", "cidr, 255.255.255.255/32", "cidr, ::1",
            "cidr, fd00::/8", "cidr, ::/0", "cidr, 2001:db8::1/128", "cidr, ::ffff:10.0.0.1",
            "port, 1", "port, 65535", "port, 8000-8999", "port, 80-80",
            "host, example.com", "host, *", "host, *.example.com", "host, my_service-1", "host, 10.0.*",
            "host, ::1", "host, fd00:*", "host, 0:0:0:0:0:0:0:1", "host, bücher.example"})
    void wellFormedRulesAreAccepted(String field, String value) {
        SmcProperties properties = bind(Map.of("smc.policy[0].action", "deny", "smc.policy[0]." + field, value));
        assertThatNoException().isThrownBy(properties::afterPropertiesSet);
    }

    @ParameterizedTest
    @CsvSource({
            "cidr, 10.0.0.0/33", "cidr, 10.0.0/8", "cidr, 10.0.0.256", "cidr, 010.0.0.1", "cidr, 10.0.0.0/", "cidr, /8",
            "cidr, 10.0.0.0/-1", "cidr, 10.0.0.0/+8", "cidr, 10.0.0.0/8/8", "cidr, fd00::/129", "cidr, fd00:::/8",
            "cidr, cafe", "cidr, localhost", "cidr, example.com/8", "cidr, ''", "cidr, ' 10.0.0.1'",
            "cidr, fe80::1%eth0", "cidr, ::ffff:10.0.0.1/96",
            "port, 0", "port, 65536", "port, 9000-8000", "port, 8080-", "port, -1", "port, http", "port, ''",
            "port, '80,81'", "port, 999999999999",
            "host, ''", "host, http://example.com", "host, example.com:8080", "host, example.com/path",
            "host, 'a b'", "host, '[::1]'"})
    void malformedRulesAreRefusedWithTheRulesName(String field, String value) {
        SmcProperties properties = bind(Map.of("smc.policy[0].action", "allow", "smc.policy[1].action", "deny",
                "smc.policy[1]." + field, value));
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(properties::afterPropertiesSet)
                .satisfies((e) -> {
                    assertThat(e.name()).isEqualTo("smc.policy[1]." + field);
                    assertThat(e.value()).isEqualTo(value);
                });
    }

    @Test
    void rulesNeedAnAction() {
        SmcProperties properties = bind(Map.of("smc.policy[0].host", "example.com"));
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(properties::afterPropertiesSet)
                .withMessage("smc.policy[0].action must be allow or deny");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "rdma.ueid | A", "rdma.ueid | 0-9.Z", "rdma.ueid | A2345678901234567890123456789012", "rdma.ueid | A,B,C,D",
            "shared-memory.directory | ''", "shared-memory.directory | /srv/smc", "shared-memory.directory | /",
            "shared-memory.users | ''", "shared-memory.users | root", "shared-memory.users | orders,1001,@smc,@2000",
            "shared-memory.users | 0,4294967294,@domain users,SHOP\\orders,orders@shop.example,svc$,1password",
            "rdma.device | mlx5_0", "rdma.device | irdma-enp1s0.2",
            "peers.include | ''", "peers.include | 10.1.2.3", "peers.include | 10.0.0.0/8,fd00::/8",
            "peers.include | 10.1.2.3:8080", "peers.include | 10.0.0.0/8:8000-8999", "peers.include | ::1",
            "peers.include | [::1]", "peers.include | [::1]:1-65535", "peers.include | [fd00::]/8:8080"})
    void wellFormedNamesAndPeersAreAccepted(String name, String value) {
        SmcProperties properties = bind(Map.of("smc." + name, value));
        assertThatNoException().isThrownBy(properties::afterPropertiesSet);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "rdma.ueid    | ''                                | smc.rdma.ueid       | 1 to 4 EIDs",
            "rdma.ueid    | A,B,C,D,E                         | smc.rdma.ueid       | 1 to 4 EIDs",
            "rdma.ueid    | a                                 | smc.rdma.ueid[0]    | an EID: 1 to 32 characters",
            "rdma.ueid    | A,.B                              | smc.rdma.ueid[1]    | an EID: 1 to 32 characters",
            "rdma.ueid    | A,,B                              | smc.rdma.ueid[1]    | an EID: 1 to 32 characters",
            "rdma.ueid    | A B                               | smc.rdma.ueid[0]    | an EID: 1 to 32 characters",
            "rdma.ueid    | A23456789012345678901234567890123 | smc.rdma.ueid[0]    | an EID: 1 to 32 characters",
            "rdma.device  | ''                                | smc.rdma.device     | the name of an RDMA device",
            "rdma.device  | /dev/infiniband/uverbs0           | smc.rdma.device     | the name of an RDMA device",
            "shared-memory.directory | run/smc | smc.shared-memory.directory | an absolute path, or empty",
            "shared-memory.directory | '  '    | smc.shared-memory.directory | an absolute path, or empty",
            "shared-memory.users | ' ,orders'  | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "shared-memory.users | orders,,x   | smc.shared-memory.users[1] | the name or id of a user, or of a group",
            "shared-memory.users | @           | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "shared-memory.users | @@smc       | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "shared-memory.users | -1          | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "shared-memory.users | 4294967295  | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "shared-memory.users | a,@99999999999999999999 | smc.shared-memory.users[1] | the name or id of a user",
            "shared-memory.users | group:smc   | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "shared-memory.users | /etc/passwd | smc.shared-memory.users[0] | the name or id of a user, or of a group",
            "peers.include| localhost                         | smc.peers.include[0]| an address or an address range",
            "peers.include| 10.1.2.3,example.com:80           | smc.peers.include[1]| host names are not looked up",
            "peers.include| 10.1.2.3,,10.1.2.4                | smc.peers.include[1]| an address or an address range",
            "peers.include| 10.1.2.3:                         | smc.peers.include[0]| an address or an address range",
            "peers.include| 10.1.2.3:0                        | smc.peers.include[0]| an address or an address range",
            "peers.include| 10.1.2.3:65536                    | smc.peers.include[0]| an address or an address range",
            "peers.include| 10.1.2.3:90-80                    | smc.peers.include[0]| an address or an address range",
            "peers.include| 10.0.0.0/33:80                    | smc.peers.include[0]| an address or an address range",
            "peers.include| 10.0.0.0/:80                      | smc.peers.include[0]| an address or an address range",
            "peers.include| [10.1.2.3]:80                     | smc.peers.include[0]| an address or an address range",
            "peers.include| fd00::/8:80                       | smc.peers.include[0]| an address or an address range",
            "peers.include| [fd00::/8]:80                     | smc.peers.include[0]| an address or an address range",
            "peers.include| [fd00::]/129                      | smc.peers.include[0]| an address or an address range",
            "peers.include| *:80                              | smc.peers.include[0]| an address or an address range"})
    void malformedNamesAndPeersAreRefusedWithTheirPlace(String name, String value, String place, String permitted) {
        SmcProperties properties = bind(Map.of("smc." + name, value));
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(properties::afterPropertiesSet)
                .satisfies((e) -> {
                    assertThat(e.name()).isEqualTo(place);
                    assertThat(e.permitted()).contains(permitted);
                });
    }

    @Test
    void pnetBindsInOrder() {
        SmcProperties properties = bind(Map.of("smc.rdma.pnet[0].netdev", "eth0", "smc.rdma.pnet[0].device", "mlx5_0",
                "smc.rdma.pnet[1].netdev", "eth0.17", "smc.rdma.pnet[1].device", "mlx5_1", "smc.rdma.pnet[1].port",
                "255"));
        assertThatNoException().isThrownBy(properties::afterPropertiesSet);
        assertThat(properties.rdma().pnet()).containsExactly(new SmcProperties.Pnet("eth0", "mlx5_0", 1),
                new SmcProperties.Pnet("eth0.17", "mlx5_1", 255));
    }

    @ParameterizedTest
    @CsvSource({
            "eth0, , 1, .device must be the name of an RDMA device",
            ", mlx5_0, 1, .netdev must be the name of a network interface",
            "'', mlx5_0, 1, .netdev is '' but must be the name of a network interface",
            "an-interface-name, mlx5_0, 1, .netdev is 'an-interface-name' but must be",
            "eth0, 'mlx5 0', 1, .device is 'mlx5 0' but must be the name of an RDMA device",
            "eth0, mlx5_0, 0, .port is '0' but must be between 1 and 255",
            "eth0, mlx5_0, 256, .port is '256' but must be between 1 and 255"})
    void malformedPnetEntriesAreRefused(String netdev, String device, String port, String message) {
        Map<String, String> entry = new HashMap<>(Map.of("smc.rdma.pnet[0].port", port));
        if (netdev != null) {
            entry.put("smc.rdma.pnet[0].netdev", netdev);
        }
        if (device != null) {
            entry.put("smc.rdma.pnet[0].device", device);
        }
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> bind(entry).afterPropertiesSet())
                .withMessageStartingWith("smc.rdma.pnet[0]" + message);
    }

    @ParameterizedTest
    @CsvSource({"SMC_SHAREDMEMORY_DIRECTORY, SMC_SHAREDMEMORY_USERS_0, SMC_SHAREDMEMORY_USERS_1",
            "SMC_SHARED_MEMORY_DIRECTORY, SMC_SHARED_MEMORY_USERS_0, SMC_SHARED_MEMORY_USERS_1"})
    void containersSetThemByTheEnvironment(String directory, String first, String second) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of(directory, "/srv/smc", first, "orders", second, "@2000")));
        assertThat(Binder.get(environment).bindOrCreate("smc", SmcProperties.class).sharedMemory())
                .isEqualTo(new SmcProperties.SharedMemory(true, "/srv/smc", List.of("orders", "@2000")));
    }

    private static SmcProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("smc", SmcProperties.class);
    }
}
