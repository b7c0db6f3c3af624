package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcStatistics.Calls;
import io.smc4j.engine.SmcStatistics.Connections;
import io.smc4j.engine.SmcStatistics.Rings;
import io.smc4j.engine.SmcStatistics.Traffic;
import io.smc4j.engine.SmcStatistics.Waiting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmcStatisticsTest {

    @ParameterizedTest
    @CsvSource({"0, 8K", "1, 8K", "8192, 8K", "8193, 16K", "16384, 16K", "16385, 32K", "524289, 1M", "1048576, 1M",
            "1048577, >1M", "9223372036854775807, >1M", "-1, 8K"})
    void classesAreThoseOfTheKernel(long size, String name) {
        assertThat(SmcStatistics.SIZE_CLASSES.get(SmcStatistics.sizeClass(size))).isEqualTo(name);
    }

    @Test
    void areCompleteWithoutAnEngine() {
        assertThat(SmcStatistics.NONE.connections()).containsOnlyKeys(Role.values());
        assertThat(SmcStatistics.NONE.traffic()).containsOnlyKeys(SmcMode.values());
        assertThat(SmcStatistics.NONE.rings().inUse().keySet()).containsExactlyElementsOf(SmcStatistics.SIZE_CLASSES);
        assertThat(SmcStatistics.NONE.since(SmcStatistics.NONE)).isEqualTo(SmcStatistics.NONE);
    }

    @Test
    void countWhatWasAddedSinceALook() {
        SmcStatistics later = counted(10, 7);
        SmcStatistics added = later.since(counted(4, 2));
        assertThat(added.connections().get(Role.CLIENT)).isEqualTo(new Connections(6, 6, 6,
                Map.of(FallbackReason.POLICY, 6L)));
        assertThat(added.connections().get(Role.SERVER).total()).isZero();
        Calls writes = added.traffic().get(SmcMode.SMCD).writes();
        assertThat(writes.count()).isEqualTo(6);
        assertThat(writes.bytes()).isEqualTo(600);
        assertThat(writes.sizes()).containsEntry("8K", 0L).containsEntry(">1M", 6L);
        assertThat(added.rings()).isEqualTo(new Rings(6, 6, 6, later.rings().inUse(), 6, 6));
        assertThat(added.waiting()).isEqualTo(new Waiting(6, 6, 6, 6, 6));
    }

    private static SmcStatistics counted(long n, long open) {
        long[] sizes = new long[SmcStatistics.SIZE_CLASSES.size()];
        sizes[sizes.length - 1] = n;
        long[] rings = new long[SmcStatistics.SIZE_CLASSES.size()];
        rings[1] = open;
        return new SmcStatistics(Map.of(Role.CLIENT, new Connections(n, n, n, Map.of(FallbackReason.POLICY, n))),
                Map.of(SmcMode.SMCD, new Traffic(new Calls(100 * n, sizes), new Calls(0, new long[sizes.length]))),
                new Rings(n, n, n, SmcStatistics.bySize(rings), n, n), new Waiting(n, n, n, n, n));
    }
}
