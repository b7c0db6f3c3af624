package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.os.SmcDiag.KernelSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Answers of Linux 6.12 to a dump, and what might come in their place. */
class SmcDiagTest {

    private static final HexFormat HEX = HexFormat.of();

    /** Header and message up to the address, then the rest of it with uid 0. */
    private static byte[] message(String length, String familyStateModeShutdown, String ports, String inode,
            String attributes) {
        return HEX.parseHex(length + "1400020007000000c6000000" + familyStateModeShutdown + ports
                + "0a4d00010000000000000000000000000a4d000200000000000000000000000000000000010000000000000000000000"
                + inode + attributes);
    }

    private static final String SHUTDOWN = "0500030000000000";

    private static final byte[] SMCR = message("4c010000", "2b010000", "dd441bbc", "e701000000000000", SHUTDOWN
            + "0c0005000000000000000000"
            + "50000100020000000000010000000200000001000000000002000000000000000200000000000000020000000000000002000000"
            + "00000000000000000200000000000000020000000000000002000000"
            + "97000200" + "01" + "7278655f61" + "00".repeat(59) + "01"
            + "303030303a303030303a303030303a303030303a303030303a666666663a306134643a3030303100"
            + "303030303a303030303a303030303a303030303a303030303a666666663a306134643a3030303200" + "00" + "00");
    private static final byte[] DECLINED = message("64000000", "2b010101", "1bbcdd4a", "f101000000000000", SHUTDOWN
            + "0c0005000000000500000303");
    private static final byte[] LISTENER = message("64000000", "2b0a0000", "1bbc0000", "e401000000000000", SHUTDOWN
            + "0c0005000000000000000000");
    private static final byte[] DONE = HEX.parseHex("140000000300020007000000c600000000000000");

    private static Map<Long, KernelSocket> parse(byte[]... pieces) throws OsException {
        Map<Long, KernelSocket> sockets = new HashMap<>();
        for (byte[] piece : pieces) {
            SmcDiag.parse(ByteBuffer.wrap(piece), sockets);
        }
        return sockets;
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    @Test
    void asksForSocketsWithTheirConnectionAndFallback() {
        byte[] request = SmcDiag.request().array();
        assertThat(HEX.formatHex(request)).isEqualTo("44000000" + "1400" + "0103" + "01000000" + "00000000" + "2b000011"
                + "00".repeat(48));
    }

    @Test
    void takesAnAnswerApart() throws OsException {
        Map<Long, KernelSocket> sockets = parse(concat(SMCR, DECLINED, LISTENER));
        assertThat(sockets.values()).containsExactlyInAnyOrder(
                new KernelSocket(487, 1, SmcDiag.MODE_SMCR, 0, 0, 65536, 131072),
                new KernelSocket(497, 1, SmcDiag.MODE_TCP, 0x05000000, 0x03030000, 0, 0),
                new KernelSocket(484, SmcDiag.STATE_LISTEN, 0, 0, 0, 0, 0));
        assertThat(sockets.get(487L).isDecided()).isTrue();
        assertThat(sockets.get(484L).isDecided()).isFalse();
    }

    @Test
    void knowsTheEnd() throws OsException {
        Map<Long, KernelSocket> sockets = new HashMap<>();
        assertThat(SmcDiag.parse(ByteBuffer.wrap(SMCR), sockets)).isFalse();
        assertThat(SmcDiag.parse(ByteBuffer.wrap(DONE), sockets)).isTrue();
        assertThat(SmcDiag.parse(ByteBuffer.wrap(concat(DECLINED, DONE, LISTENER)), sockets)).isTrue();
        assertThat(sockets).containsOnlyKeys(487L, 497L);
    }

    @Test
    void passesAnErrorOn() {
        // ENOENT: the kernel has no module that answers.
        byte[] error =
                HEX.parseHex("24000000" + "0200" + "0000" + "01000000" + "00000000" + "feffffff" + "00".repeat(16));
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> parse(error))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        byte[] cut = HEX.parseHex("10000000" + "0200" + "0000" + "01000000" + "00000000");
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> parse(cut))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EPROTO));
    }

    @Test
    void aCutMessageIsAnError() {
        for (int length = 16; length < SMCR.length; length++) {
            byte[] cut = Arrays.copyOf(SMCR, length);
            assertThatExceptionOfType(OsException.class).isThrownBy(() -> parse(cut));
        }
    }

    @Test
    void aCutAttributeIsPassedOver() throws OsException {
        // FALLBACK longer than what is left, and shorter than its two codes.
        for (String attribute : new String[] {"100005000000000500000303", "080005000000000500000303",
                "030005000000000500000303"}) {
            byte[] bytes = message("64000000", "2b010101", "1bbcdd4a", "f101000000000000", SHUTDOWN + attribute);
            assertThat(parse(bytes).get(497L)).isEqualTo(new KernelSocket(497, 1, SmcDiag.MODE_TCP, 0, 0, 0, 0));
        }
    }

    @Test
    void aMessageWithoutItsBodyIsPassedOver() throws OsException {
        assertThat(parse(HEX.parseHex("14000000" + "1400" + "0200" + "07000000" + "c6000000" + "2b010000"))).isEmpty();
    }

    @Property
    void nothingButAnErrorComesOfGarbage(@ForAll @Size(max = 400) byte[] garbage) {
        expectAnswerOrError(garbage);
    }

    @Property
    void nothingButAnErrorComesOfGarbageInAnAnswer(@ForAll @Size(max = 40) byte[] garbage, @ForAll byte offset) {
        byte[] answer = concat(SMCR, DECLINED, DONE);
        System.arraycopy(garbage, 0, answer, Byte.toUnsignedInt(offset), garbage.length);
        expectAnswerOrError(answer);
    }

    private static void expectAnswerOrError(byte[] bytes) {
        try {
            assertThat(parse(bytes).size()).isLessThanOrEqualTo(bytes.length / 80);
        } catch (OsException e) {
            assertThat(e.errno()).isNotZero();
        }
    }

    @Test
    void theKernelAnswersOrSaysWhyNot() {
        try {
            SmcDiag.dump().forEach((inode, socket) -> assertThat(socket.inode()).isEqualTo(inode));
        } catch (OsException e) {
            assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EINVAL, Errno.EPERM, Errno.EAFNOSUPPORT, 93);
        }
    }
}
