package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.SmcProperties.RdmaProvider;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Device;
import io.smc4j.spring.boot.autoconfigure.SmcReport.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SmcStartupLoggerTests {

    private static final Reason NO_LIBRARY = new Reason("NO_RDMA_LIBRARY", "0x0A00000D", "no libibverbs", "install it");

    @Test
    void namesTheDevicesOnce() {
        assertThat(message(Map.of(), RdmaProvider.VERBS, null, device("rxe_a", 1), device("rxe_b", 1), device("rxe_b", 2)))
                .isEqualTo("SMC is on: client and server, rings 256 KB, memory limit 512 MB, shared memory, "
                        + "RDMA (rxe_a, rxe_b)");
    }

    @Test
    void saysWhyThereIsNoRdma() {
        assertThat(message(Map.of(), RdmaProvider.NONE, NO_LIBRARY)).endsWith(", shared memory; RDMA: no libibverbs");
        assertThat(message(Map.of("smc.shared-memory.enabled", "false"), RdmaProvider.NONE, NO_LIBRARY))
                .endsWith(", no shared memory; RDMA: no libibverbs");
    }

    @Test
    void keepsSilentAboutRdmaThatNobodyWants() {
        assertThat(message(Map.of("smc.rdma.provider", "none"), RdmaProvider.NONE, NO_LIBRARY))
                .endsWith("memory limit 512 MB, shared memory");
    }

    @Test
    void tellsTheKernelsRdmaFromTheEngines() {
        assertThat(message(Map.of(), RdmaProvider.KERNEL, null)).endsWith(", shared memory, RDMA by the kernel's AF_SMC");
        assertThat(message(Map.of("smc.shared-memory.enabled", "false"), RdmaProvider.KERNEL, null, device("rxe_a", 1)))
                .endsWith(", no shared memory, RDMA by the kernel's AF_SMC (rxe_a)");
    }

    private static String message(Map<String, String> properties, RdmaProvider provider, Reason objection,
            Device... devices) {
        SmcProperties bound = new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("smc", SmcProperties.class);
        return SmcStartupLogger.message(new SmcReport(true, null, "25", "Linux", "2a",
                SmcReport.Configuration.of(bound, List.of()), List.of(), List.of(), Map.of(), List.of(), Map.of(), null,
                new SmcReport.Rdma(provider, objection), List.of(devices)), List.of());
    }

    private static Device device(String name, int port) {
        return new Device(name, port, "eth0", true, List.of(), 0);
    }
}
