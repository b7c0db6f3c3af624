package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SynProgramTest {

    private static final int EXIT = 0x95;
    private static final int LOAD_IMMEDIATE = 0x18;
    private static final int CALL = 0x85;

    @Test
    void assemblesInstructionsAsTheMachineReadsThem() {
        ByteBuffer code = new BpfAssembler().move(6, 1).loadInt(7, 6, 84).storeInt(10, -16, 3).ifEqual(7, -28, "end")
                .setMap(1, 0x0A0B).setLong(2, 0x1_0000_0002L).label("end").exit().assemble();

        assertThat(code.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(HexFormat.of().formatHex(code.array())).isEqualTo(
                "bf16000000000000" + "6167540000000000" + "633af0ff00000000" + "15070400e4ffffff"
                        + "181100000b0a0000" + "0000000000000000" + "1802000002000000" + "0000000001000000"
                        + "9500000000000000");
    }

    @Test
    void refusesUnknownAndDoubleLabels() {
        assertThatThrownBy(() -> new BpfAssembler().go("nowhere").assemble()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BpfAssembler().label("a").label("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reachesEachInstructionAndStaysInside() {
        ByteBuffer code = SynProgram.assemble(3, 4, 5);
        int count = code.remaining() / BpfAssembler.INSTRUCTION_SIZE;
        Set<Integer> reachable = new HashSet<>(Set.of(0));
        Set<Integer> maps = new HashSet<>();

        int exits = 0;
        for (int i = 0; i < count; i++) {
            assertThat(reachable).as("instruction").contains(i);
            int operation = Byte.toUnsignedInt(code.get(i * 8));
            int next = i + 1;
            if (operation == LOAD_IMMEDIATE) {
                if (code.get(i * 8 + 1) >> 4 == 1) {
                    maps.add(code.getInt(i * 8 + 4));
                }
                i++;
                next++;
            }
            boolean jump = (operation & 7) == 5 && operation != CALL && operation != EXIT;
            if (jump) {
                int distance = code.getShort(i * 8 + 2);
                assertThat(i + 1 + distance).isBetween(0, count - 1);
                reachable.add(i + 1 + distance);
            }
            if (operation == EXIT) {
                exits++;
            } else if (operation != 0x05) {
                reachable.add(next);
            }
        }
        assertThat(exits).isOne();
        assertThat(maps).containsExactlyInAnyOrder(3, 4, 5);
    }
}
