package io.smc4j.engine.lab;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Cases with two wires, each between two RDMA devices. */
@Tag("lab")
class TwoPairsLabIT {

    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        return LabRun.tests(MachineKind.TWO_PAIRS);
    }
}
