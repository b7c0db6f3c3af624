package io.smc4j.engine.lab;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That the lab works, where everything for it is there already. The other tests of the lab are for the profile {@code lab}. */
@Tag("smoke")
class SmokeLabIT {

    @Test
    void aMachineStartsAndItsKernelSpeaksSmcR() throws Exception {
        String obstacle = LabRun.obstacle();
        if (obstacle != null) {
            System.out.println("lab tests skipped: " + obstacle.replaceFirst("^lab: ", ""));
        }
        Assumptions.assumeTrue(obstacle == null, obstacle);
        try {
            LabRun.all(MachineKind.SMC_V2, "KernelLabCase\\.smoke");
        } catch (AssertionError e) {
            System.out.println("lab: once more, as " + e.getMessage());
            LabRun.all(MachineKind.SMC_V2, "KernelLabCase\\.smoke");
        }
    }
}
