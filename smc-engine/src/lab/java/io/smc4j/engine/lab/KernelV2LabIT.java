package io.smc4j.engine.lab;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Cases on the kernel as it is, which speaks SMC-R version 2. */
@Tag("lab")
class KernelV2LabIT {

    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        return LabRun.tests(MachineKind.SMC_V2);
    }
}
