package io.smc4j.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.SmcResources.Resource;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.smcr.Rdma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResourceMonitorTest {

    private static final int KB = 1024;

    private final List<String> told = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();
    private final MemoryBudget budget = new MemoryBudget(1000 * KB);
    private final Logger logger = Logger.getLogger(ResourceMonitor.LOG.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord event) {
            String line = new SimpleFormatter().formatMessage(event);
            // Other engines have monitors as well, which know nothing of this budget.
            if (line.contains(Kind.RING_MEMORY.text()) && line.contains(" of 1000 KB ")) {
                logged.add(line);
            }
        }

        @Override
        public void flush() {
            // Nothing is kept.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };
    private SmcEngine engine;
    private ResourceMonitor monitor;

    @BeforeEach
    void open() throws Exception {
        engine = new SmcEngine(SmcConfig.builder().sharedMemoryDirectory("").build());
        Rdma none = Rdma.open(engine.loop(), new RdmaConfig(RdmaConfig.Provider.NONE, List.of("SMC4J"), null, 0, -1,
                List.of(), 2, 255), budget, () -> false);
        monitor = new ResourceMonitor(80, budget, engine.linkGroups(), none, this::scarce);
        logger.addHandler(handler);
    }

    @AfterEach
    void close() {
        logger.removeHandler(handler);
        engine.close();
    }

    private void scarce(Kind kind, Resource resource) {
        told.add(kind + " " + resource.used() / KB);
    }

    @Test
    void saysOnceThatSomethingBecomesScarceAndAgainOnlyAfterThereWasEnough() {
        use(799);
        assertThat(ringMemory().scarce()).isFalse();
        use(800);
        assertThat(ringMemory().scarce()).isTrue();
        use(790);
        use(900);
        use(700);
        assertThat(ringMemory().scarce()).as("a little below the threshold").isTrue();
        assertThat(told).containsExactly("RING_MEMORY 800");
        use(699);
        assertThat(ringMemory().scarce()).isFalse();
        use(850);
        assertThat(told).containsExactly("RING_MEMORY 800", "RING_MEMORY 850");
        assertThat(logged).hasSize(3);
        assertThat(logged.getFirst()).contains("SMC is short of ring memory", Kind.RING_MEMORY.lever());
        assertThat(ringMemory().highest()).isEqualTo(900 * KB);
    }

    private void use(long kilobytes) {
        budget.giveBack(budget.used());
        assertThat(budget.tryReserve(kilobytes * KB)).isTrue();
        monitor.look();
    }

    private Resource ringMemory() {
        return monitor.look().of(Kind.RING_MEMORY);
    }

    @Test
    void aPeakBetweenTwoLooksIsKept() {
        assertThat(budget.tryReserve(950 * KB)).isTrue();
        budget.giveBack(950 * KB);
        assertThat(ringMemory()).isEqualTo(new Resource(0, 1000L * KB, 950 * KB, false));
    }

    @Test
    void theLogWaitsForDescriptors() {
        assertThat(ResourceMonitor.isLogSafe(new Resource(256, 256L, 256, true))).isFalse();
        assertThat(ResourceMonitor.isLogSafe(new Resource(241, 256L, 256, true))).isFalse();
        assertThat(ResourceMonitor.isLogSafe(new Resource(240, 256L, 256, true))).isTrue();
        assertThat(ResourceMonitor.isLogSafe(new Resource(256, null, 256, false))).isTrue();
    }

    @Test
    void countsAllKinds() throws IOException {
        assertThat(monitor.look().kinds()).containsOnlyKeys(Kind.values());
        assertThat(monitor.look().of(Kind.MAPPINGS).limit())
                .isEqualTo(Long.parseLong(Files.readAllLines(Path.of("/proc/sys/vm/max_map_count")).getFirst()));
        assertThat(monitor.look().of(Kind.LINK_GROUPS)).isEqualTo(new Resource(0, 1024L, 0, false));
        assertThat(monitor.look().of(Kind.LINK_GROUPS_OF_USER).limit()).isEqualTo(512);
        assertThat(monitor.look().of(Kind.LINK_GROUPS_OF_PROCESS).limit()).isEqualTo(64);
    }
}
