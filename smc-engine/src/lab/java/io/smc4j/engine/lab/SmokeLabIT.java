package io.smc4j.engine.lab;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * SMC-R of two engines, and of an engine and the kernel both ways, where everything for it is there already. The other
 * tests of the lab are for the profile {@code lab}.
 */
@Tag("smoke")
class SmokeLabIT {

    private static final String CASE = "InteropLabCase\\.smoke";

    @Test
    void enginesAndTheKernelSpeakSmcR() throws Exception {
        String obstacle = LabRun.obstacle();
        if (obstacle != null) {
            System.out.println("lab tests skipped: " + obstacle.replaceFirst("^lab: ", ""));
        }
        Assumptions.assumeTrue(obstacle == null, obstacle);
        try {
            LabRun.all(MachineKind.SMC_V2, CASE);
        } catch (AssertionError e) {
            System.out.println("lab: once more, as " + e.getMessage());
            LabRun.all(MachineKind.SMC_V2, CASE);
        }
    }
}
