package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LockedMemoryUsageTest {

    private static final List<String> STATUS =
            List.of("Name:\tjava", "VmLck:\t       8 kB", "VmPin:\t      16 kB", "CapEff:\t0000000000003fff");

    @Test
    void isReadFromTheStatusOfTheProcess() {
        assertThat(LockedMemoryUsage.of(STATUS, 4711)).isEqualTo(new LockedMemoryUsage(16384, 8192, 4711));
    }

    @Test
    void whoMayLockAnyMemoryHasNoLimit() {
        assertThat(LockedMemoryUsage.of(List.of("CapEff:\t0000000000004000"), 4711))
                .isEqualTo(new LockedMemoryUsage(0, 0, -1));
    }

    @Test
    void whatIsNotThereIsNothing() {
        assertThat(LockedMemoryUsage.of(List.of("VmPin: many"), 4711)).isEqualTo(new LockedMemoryUsage(0, 0, 4711));
    }
}
