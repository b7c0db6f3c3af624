package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the kernel answers: what there is to know, or an error with its number. */
class NetlinkFuzz {

    private static final int PORT = 0x3039;

    static Stream<byte[]> corpus() {
        return Corpus.of(NetlinkFuzz.class);
    }

    @MethodSource("corpus")
    @FuzzTest
    void parse(byte[] bytes) {
        Map<Long, SmcDiag.KernelSocket> sockets = new HashMap<>();
        try {
            SmcDiag.parse(ByteBuffer.wrap(bytes), sockets);
            assertThat(sockets.values()).allSatisfy(socket -> {
                assertThat(socket.sendBufferSize()).isNotNegative();
                assertThat(socket.receiveBufferSize()).isNotNegative();
            });
        } catch (OsException e) {
            assertThat(e.errno()).isPositive();
        }
        try {
            assertThat(InetDiag.parse(ByteBuffer.wrap(bytes), PORT, PORT).millisSinceAck()).isNotNegative();
        } catch (OsException e) {
            assertThat(e.errno()).isPositive();
        }
    }
}
