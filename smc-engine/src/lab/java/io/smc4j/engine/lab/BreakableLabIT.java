package io.smc4j.engine.lab;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Cases that leave the machine other than they found it. */
@Tag("lab")
class BreakableLabIT {

    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        return LabRun.tests(MachineKind.BREAKABLE);
    }
}
