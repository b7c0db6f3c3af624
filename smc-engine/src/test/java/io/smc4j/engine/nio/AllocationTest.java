package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading, writing and selecting leave nothing for the garbage collector. */
@Timeout(value = 300, threadMode = SEPARATE_THREAD)
class AllocationTest {

    /**
     * Bytes of a round that are not the operations': compiled code that is given up re-creates what it had in
     * registers.
     */
    private static final long STRAY = 1024;
    /** What the JDK may make of a call, once for each operation. */
    private static final long ERROR = 64 * AllocationCase.OPERATIONS;
    /** What the JDK makes of three direct buffers written and three read. */
    private static final long SEGMENTS = 6 * 104 * AllocationCase.OPERATIONS;

    @Test
    void nothingOnSmc() throws Exception {
        assertThatLeastBytesAreWithin(Connections.SMC, STRAY, STRAY);
    }

    /**
     * On TCP the JDK makes objects for a system call that tells its error, and for each direct buffer, to keep its
     * memory from being freed meanwhile. The compiler removes the former mostly where it may inline deep enough, and
     * the latter as the case may be.
     */
    @Test
    void nothingButTheJdksOnTcp() throws Exception {
        assertThatLeastBytesAreWithin(Connections.FALLBACK, ERROR, SEGMENTS);
    }

    /** In a process of its own: what the compiler removes depends on what it has seen before. */
    private static void assertThatLeastBytesAreWithin(String transport, long heap, long direct) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:MaxInlineLevel=40", "-Xmx128m",
                "-cp", System.getProperty("java.class.path"), AllocationCase.Main.class.getName(),
                transport, Long.toString(heap), Long.toString(direct))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var lines = process.inputReader()) {
            List<String> results = lines.lines().toList();
            assertThat(process.waitFor()).isZero();
            assertThat(results).hasSize(2 * (AllocationCase.values().length - 1)).allSatisfy(line -> {
                long bytes = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
                assertThat(bytes).as(line).isLessThanOrEqualTo(line.contains("heap") ? heap : direct);
            });
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void anObjectIsSeen() throws IOException {
        assertThat(AllocationCase.ALLOCATE.leastBytes(Connections.SMC, false, STRAY))
                .isGreaterThanOrEqualTo(8L * AllocationCase.OPERATIONS);
    }
}
