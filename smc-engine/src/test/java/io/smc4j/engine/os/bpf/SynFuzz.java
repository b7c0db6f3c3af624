package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever segment the kernel has saved, the option is found only where its bytes are; whatever its tables hold, a port
 * is one.
 */
class SynFuzz {

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.of(SynFuzz.class), Stream.of(
                "45000034000040004006000001020304050607080001000200000000000000007002000000000000fe06e2d4c3d90101",
                "6000000000200640" + "00".repeat(32) + "00010002000000000000000070020000000000000101fe06e2d4c3d9",
                "ffffffff00000003")
                .map(HexFormat.of()::parseHex));
    }

    @MethodSource("corpus")
    @FuzzTest
    void parse(byte[] bytes) {
        if (bytes.length == Long.BYTES) {
            long value = ByteBuffer.wrap(bytes).getLong();
            assertThat(SynAnnouncer.port(value)).isBetween(0, 65535);
        }
        if (SavedSyn.parse(ByteBuffer.wrap(bytes))) {
            assertThat(HexFormat.of().formatHex(bytes)).contains("e2d4c3d9");
        }
    }
}
