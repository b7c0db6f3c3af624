package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.smc4j.engine.AdaptiveConfig;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SpinMode;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class SmcAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SmcAutoConfiguration.class));

    @Test
    void opensAnEngine(CapturedOutput output) {
        runner.run((context) -> {
            SmcRuntime runtime = context.getBean(SmcRuntime.class);
            assertThat(runtime.isAvailable()).isTrue();
            assertThat(engineOf(runtime)).isInstanceOf(SmcProvider.class);
            assertThat(runtime.isEnabled()).isTrue();
            assertThat(runtime.unavailabilityCause()).isNull();
            assertThat(runtime.snapshot().gid()).matches("[0-9a-f]{32}");
        });
        assertThat(output).containsOnlyOnce(
                "SMC is on: client and server, rings up to 4 MB, memory limit 512 MB, shared memory");
    }

    @Test
    void handsTheSettingsToTheEngine(CapturedOutput output) {
        runner.withPropertyValues("smc.client.enabled=false", "smc.buffers.send-size=64KB",
                "smc.buffers.receive-size=128KB", "smc.buffers.initial-size=32KB", "smc.buffers.rdma-size=512KB",
                "smc.buffers.idle-after=1m", "smc.memory.limit=1GB", "smc.handshake.timeout=2s",
                "smc.handshake.retry-after=1m", "smc.spin.mode=never", "smc.spin.limit=10us",
                "smc.adaptive.short-lived=20", "smc.adaptive.slow-readers=7", "smc.adaptive.duration=1m",
                "smc.policy[0].action=deny", "smc.policy[0].direction=inbound", "smc.policy[0].host=*.example.com",
                "smc.policy[0].cidr=10.0.0.0/8", "smc.policy[0].port=8000-8999", "smc.rdma.provider=none",
                "smc.rdma.ueid=SITE.A,SITE.B", "smc.rdma.device=mlx5_0", "smc.rdma.port=2", "smc.rdma.gid-index=3",
                "smc.rdma.pnet[0].netdev=eth0", "smc.rdma.pnet[0].device=mlx5_1", "smc.rdma.max-links=1",
                "smc.rdma.max-connections=32", "smc.shared-memory.directory=", "smc.shared-memory.users=0,@0",
                "smc.discovery.syn-option=false", "smc.discovery.http=true",
                "smc.peers.include=10.0.0.0/8,[fd00::]/8:8080-8081").run((context) -> {
                    SmcPolicy.Rule rule = new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.INBOUND,
                            new SmcPolicy.HostPattern("*.example.com"), SmcPolicy.Cidr.parse("10.0.0.0/8"),
                            new SmcPolicy.PortRange(8000, 8999));
                    assertThat(context.getBean(SmcRuntime.class).config()).isEqualTo(SmcConfig.builder()
                            .clientEnabled(false).sendSize(65536).receiveSize(131072).initialSize(32768)
                            .rdmaSize(524288)
                            .idleAfter(Duration.ofMinutes(1)).memoryLimit(1L << 30)
                            .handshakeTimeout(Duration.ofSeconds(2))
                            .retryAfter(Duration.ofMinutes(1)).spinMode(SpinMode.NEVER)
                            .spinLimit(Duration.ofNanos(10_000))
                            .rdma(new RdmaConfig(RdmaConfig.Provider.NONE, List.of("SITE.A", "SITE.B"), "mlx5_0", 2, 3,
                                    List.of(new RdmaConfig.PnetEntry("eth0", "mlx5_1", 1)), 1, 32))
                            .sharedMemoryDirectory("").sharedMemoryUsers(List.of("0", "@0")).synOption(false)
                            .httpDiscovery(true)
                            .peers(List.of(new SmcConfig.Peer(SmcPolicy.Cidr.parse("10.0.0.0/8"),
                                            new SmcPolicy.PortRange(1, 65535)),
                                    new SmcConfig.Peer(SmcPolicy.Cidr.parse("fd00::/8"),
                                            new SmcPolicy.PortRange(8080, 8081))))
                            .policy(new SmcPolicy(List.of(rule)))
                            .adaptive(new AdaptiveConfig(true, 20, 7, Duration.ofMinutes(1))).build());
                    assertThat(context.getBean(SmcRuntime.class).policy().rules()).containsExactly(rule);
                });
        assertThat(output.getOut().lines()).anySatisfy((line) -> assertThat(line).endsWith(
                "SMC is on: server only, rings up to 64 KB to send and 128 KB to receive, memory limit 1 GB, shared "
                        + "memory (no directory)"));
    }

    @Test
    void switchesSharedMemoryOff() {
        runner.withPropertyValues("smc.shared-memory.enabled=false").run((context) -> assertThat(
                context.getBean(SmcRuntime.class).config().sharedMemory().enabled()).isFalse());
    }

    @Test
    void staysOnTcpIfThereIsNothingToRunOn() {
        runner.withPropertyValues("smc.shared-memory.enabled=false", "smc.rdma.provider=none").run(
                (context) -> assertThat(context.getBean(SmcRuntime.class).unavailabilityCause()).isEqualTo(
                        "smc.shared-memory.enabled is false and smc.rdma.provider is none"));
    }

    @Test
    void staysOnTcpIfSwitchedOff(CapturedOutput output) {
        runner.withPropertyValues("smc.enabled=false").run((context) -> {
            SmcRuntime runtime = context.getBean(SmcRuntime.class);
            assertThat(runtime.isAvailable()).isFalse();
            assertThat(runtime.selectorProvider()).isSameAs(SelectorProvider.provider());
            assertThat(runtime.unavailabilityCause()).isEqualTo("smc.enabled is false");
            assertThat(runtime.isEnabled()).isFalse();
            assertThat(runtime.snapshot()).isEqualTo(SmcSnapshot.none(SmcConfig.DEFAULT_MEMORY_LIMIT));
            assertThatIllegalStateException().isThrownBy(() -> runtime.setPolicy(SmcPolicy.allowAll()))
                    .withMessage("SMC is off: smc.enabled is false");
        });
        assertThat(output).containsOnlyOnce("SMC is off: smc.enabled is false; HTTP stays on TCP");
    }

    @Test
    void staysOnTcpIfBothSidesAreSwitchedOff() {
        runner.withPropertyValues("smc.client.enabled=false", "smc.server.enabled=false").run(
                (context) -> assertThat(context.getBean(SmcRuntime.class).unavailabilityCause()).isEqualTo(
                        "smc.client.enabled and smc.server.enabled are false"));
    }

    @Test
    void isNotThereWithoutTheEngine() {
        runner.withClassLoader(new FilteredClassLoader("io.smc4j.engine")).run(
                (context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SmcRuntime.class));
    }

    @Test
    void backsOffForAUserDefinedRuntime() {
        runner.withBean("mine", SmcRuntime.class, StubSmcRuntime::new).run((context) -> {
            assertThat(context).hasSingleBean(SmcRuntime.class);
            assertThat(context.getBean(SmcRuntime.class)).isInstanceOf(StubSmcRuntime.class);
        });
    }

    @Test
    void runsOnAUserDefinedEngine() {
        runner.withUserConfiguration(UserDefinedEngine.class).run((context) -> assertThat(
                context.getBean(SmcRuntime.class).selectorProvider()).isSameAs(context.getBean("mine")));
    }

    @Test
    void replacesThePolicyAtRunTime() {
        runner.run((context) -> {
            SmcRuntime runtime = context.getBean(SmcRuntime.class);
            SmcPolicy policy = new SmcPolicy(List.of(
                    SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, null, "example.com", null, null)));
            runtime.setPolicy(policy);
            assertThat(runtime.policy()).isEqualTo(policy);
        });
    }

    @Test
    void showsTheSettingsOfAUserDefinedEngine() {
        runner.withUserConfiguration(UserDefinedEngine.class).withPropertyValues("smc.memory.limit=1GB").run(
                (context) -> assertThat(context.getBean(SmcRuntime.class).config()).isEqualTo(SmcConfig.defaults()));
    }

    @Test
    void opensANewEngineWhenTheContextRestarts() {
        AtomicReference<SelectorProvider> first = new AtomicReference<>();
        runner.run((context) -> first.set(engineOf(context.getBean(SmcRuntime.class))));
        runner.run((context) -> assertThat(engineOf(context.getBean(SmcRuntime.class)))
                .isInstanceOf(SmcProvider.class).isNotSameAs(first.get()));
    }

    private static SelectorProvider engineOf(SmcRuntime runtime) throws IOException {
        try (Selector selector = runtime.selectorProvider().openSelector()) {
            return selector.provider();
        }
    }

    @Test
    void closesItsEngineWithTheContext() {
        Set<Thread> before = smcThreads();
        runner.run((context) -> assertThat(smcThreads()).hasSizeGreaterThan(before.size()));
        Awaitility.await().untilAsserted(() -> assertThat(before).containsAll(smcThreads()));
    }

    @Test
    void usersOfTheRuntimeAreDestroyedBeforeIt() {
        runner.withUserConfiguration(UserOfTheRuntime.class).run((context) -> assertThat(
                context.getBeanFactory().getDependentBeans(context.getBeanNamesForType(SmcRuntime.class)[0]))
                .contains("user"));
    }

    private static Set<Thread> smcThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter((thread) -> thread.getName().startsWith("smc"))
                .collect(Collectors.toSet());
    }

    @Configuration(proxyBeanMethods = false)
    static class UserDefinedEngine {

        @Bean(destroyMethod = "close")
        SmcProvider mine() throws IOException {
            return Smc.open(SmcConfig.defaults());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UserOfTheRuntime {

        @Bean
        Object user(SmcRuntime runtime) {
            return new Object();
        }
    }
}
