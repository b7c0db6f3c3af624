package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RdmaTrialTest {

    @Test
    void findsPortsOrACause() {
        RdmaTrial trial = RdmaTrial.run();
        assertThat(trial.ports().isEmpty()).isEqualTo(trial.cause() != null);
    }

    @Test
    void leavesNothingOpen() throws Exception {
        RdmaTrial.run();
        long before = OpenDescriptors.count();
        for (int i = 0; i < 10; i++) {
            RdmaTrial.run();
        }
        assertThat(OpenDescriptors.count()).isLessThan(before + 10);
    }
}
