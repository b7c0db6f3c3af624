package io.smc4j.engine.lab;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Cases on a kernel that speaks SMC-R version 1, RFC 7609. */
@Tag("lab")
class KernelV1LabIT {

    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        return LabRun.tests(MachineKind.SMC_V1);
    }
}
