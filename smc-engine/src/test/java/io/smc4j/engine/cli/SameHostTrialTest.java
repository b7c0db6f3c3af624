package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.os.NativeAccess;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SameHostTrialTest {

    @BeforeEach
    void linux() {
        assumeTrue(NativeAccess.isAvailable(), NativeAccess.unavailabilityCause());
    }

    @Test
    void succeedsWhereTheEngineRuns() {
        assertThat(SameHostTrial.failure()).isNull();
    }

    @Test
    void leavesNothingOpen() throws IOException {
        SameHostTrial.failure();
        long before = OpenDescriptors.count();
        for (int i = 0; i < 10; i++) {
            SameHostTrial.failure();
        }
        assertThat(OpenDescriptors.count()).isLessThan(before + 10);
    }
}
