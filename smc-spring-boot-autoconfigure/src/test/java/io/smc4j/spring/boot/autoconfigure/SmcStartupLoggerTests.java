package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig.Provider;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMonitor;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Device;
import io.smc4j.engine.SmcStatistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SmcStartupLoggerTests {

    private static final FallbackReason NO_LIBRARY = FallbackReason.NO_RDMA_LIBRARY;

    @Test
    void namesTheDevicesOnce() {
        assertThat(message(Map.of(), Provider.VERBS, null, device("rxe_a", 1), device("rxe_b", 1), device("rxe_b", 2)))
                .isEqualTo("SMC is on: client and server, rings up to 4 MB, memory limit 512 MB, "
                        + "shared memory (no directory), RDMA (rxe_a, rxe_b)");
    }

    @Test
    void saysWhyThereIsNoRdma() {
        assertThat(message(Map.of(), Provider.NONE, NO_LIBRARY))
                .endsWith(", shared memory (no directory); RDMA: no libibverbs");
        assertThat(message(Map.of("smc.shared-memory.enabled", "false"), Provider.NONE, NO_LIBRARY))
                .endsWith(", no shared memory; RDMA: no libibverbs");
    }

    @Test
    void keepsSilentAboutRdmaThatNobodyWants() {
        assertThat(message(Map.of("smc.rdma.provider", "none"), Provider.NONE, NO_LIBRARY))
                .endsWith("memory limit 512 MB, shared memory (no directory)");
    }

    @Test
    void tellsTheKernelsRdmaFromTheEngines() {
        assertThat(message(Map.of(), Provider.KERNEL, null)).endsWith(
                ", shared memory (no directory), RDMA by the kernel's AF_SMC");
        assertThat(message(Map.of("smc.shared-memory.enabled", "false"), Provider.KERNEL, null, device("rxe_a", 1)))
                .endsWith(", no shared memory, RDMA by the kernel's AF_SMC (rxe_a)");
    }

    @Test
    void tellsWhereOthersAreMetAndHowManyAreThere() {
        assertThat(message("/run/smc4j", null)).endsWith(", shared memory (directory /run/smc4j, no other engine yet)");
        assertThat(message("/run/smc4j", null, "2b"))
                .endsWith(", shared memory (directory /run/smc4j, 1 other engine)");
        assertThat(message("/srv/smc", null, "2b", "2c", "2d"))
                .endsWith(", shared memory (directory /srv/smc, 3 other engines)");
    }

    @Test
    void saysWhyNobodyIsMet() {
        assertThat(message(null, "/srv/smc does not exist"))
                .endsWith(", shared memory (no directory: /srv/smc does not exist)");
        assertThat(message("/srv/smc", "no socket in it: No space left on device (ENOSPC)", "2b")).endsWith(
                ", shared memory (directory /srv/smc, 1 other engine: no socket in it: No space left on device "
                        + "(ENOSPC))");
    }

    private static String message(String directory, String objection, String... engines) {
        return SmcStartupLogger.message(SmcConfig.defaults(),
                snapshot(new SmcSnapshot.SharedMemory(directory, objection, List.of(engines)),
                        new SmcSnapshot.Rdma(Provider.VERBS, null, List.of())), List.of()).replace(", RDMA", "");
    }

    private static String message(Map<String, String> properties, Provider provider, FallbackReason objection,
            Device... devices) {
        SmcProperties bound = new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("smc", SmcProperties.class);
        return SmcStartupLogger.message(SmcConfigs.of(bound),
                snapshot(SmcSnapshot.SharedMemory.NONE, new SmcSnapshot.Rdma(provider, objection, List.of(devices))),
                List.of());
    }

    private static SmcSnapshot snapshot(SmcSnapshot.SharedMemory sharedMemory, SmcSnapshot.Rdma rdma) {
        return new SmcSnapshot("2a", List.of(), List.of(), Map.of(), Map.of(), Map.of(),
                SmcResources.ofRingMemory(0, 0), sharedMemory, rdma,
                List.of(), SmcStatistics.Report.NONE, SmcMonitor.OFF);
    }

    private static Device device(String name, int port) {
        return new Device(name, port, "eth0", true, List.of(), 0);
    }
}
