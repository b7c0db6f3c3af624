package io.smc4j.engine.os.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes BPF instructions, 8 bytes each, in the order of the machine: operation, registers, jump or memory offset,
 * immediate. Registers are numbered: 0 is the result, 1 to 5 are arguments and lost in a call, 6 to 9 are kept, 10 is
 * the frame.
 */
final class BpfAssembler {

    static final int FRAME = 10;
    static final int INSTRUCTION_SIZE = 8;

    private static final int PSEUDO_MAP_FD = 1;

    private record Instruction(int operation, int dst, int src, int offset, int immediate, String target) {
    }

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    private BpfAssembler add(int operation, int dst, int src, int offset, int immediate) {
        instructions.add(new Instruction(operation, dst, src, offset, immediate, null));
        return this;
    }

    private BpfAssembler jump(int operation, int register, int immediate, String target) {
        instructions.add(new Instruction(operation, register, 0, 0, immediate, target));
        return this;
    }

    /** The next instruction is a target of jumps. */
    BpfAssembler label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalStateException("label " + name + " twice");
        }
        return this;
    }

    BpfAssembler set(int register, int value) {
        return add(0xB7, register, 0, 0, value);
    }

    BpfAssembler setLong(int register, long value) {
        return add(0x18, register, 0, 0, (int) value).add(0, 0, 0, 0, (int) (value >>> 32));
    }

    BpfAssembler setMap(int register, int mapFd) {
        return add(0x18, register, PSEUDO_MAP_FD, 0, mapFd).add(0, 0, 0, 0, 0);
    }

    BpfAssembler move(int register, int from) {
        return add(0xBF, register, from, 0, 0);
    }

    BpfAssembler addTo(int register, int value) {
        return add(0x07, register, 0, 0, value);
    }

    BpfAssembler and(int register, int mask) {
        return add(0x57, register, 0, 0, mask);
    }

    BpfAssembler or(int register, int bits) {
        return add(0x47, register, 0, 0, bits);
    }

    BpfAssembler shiftRight(int register, int bits) {
        return add(0x77, register, 0, 0, bits);
    }

    BpfAssembler loadInt(int register, int base, int offset) {
        return add(0x61, register, base, offset, 0);
    }

    BpfAssembler loadLong(int register, int base, int offset) {
        return add(0x79, register, base, offset, 0);
    }

    BpfAssembler storeInt(int base, int offset, int register) {
        return add(0x63, base, register, offset, 0);
    }

    BpfAssembler storeLong(int base, int offset, int register) {
        return add(0x7B, base, register, offset, 0);
    }

    BpfAssembler storeIntValue(int base, int offset, int value) {
        return add(0x62, base, 0, offset, value);
    }

    BpfAssembler storeLongValue(int base, int offset, int value) {
        return add(0x7A, base, 0, offset, value);
    }

    /** Atomically. */
    BpfAssembler addLongAt(int base, int offset, int register) {
        return add(0xDB, base, register, offset, 0);
    }

    BpfAssembler call(int helper) {
        return add(0x85, 0, 0, 0, helper);
    }

    BpfAssembler exit() {
        return add(0x95, 0, 0, 0, 0);
    }

    BpfAssembler go(String target) {
        return jump(0x05, 0, 0, target);
    }

    BpfAssembler ifEqual(int register, int value, String target) {
        return jump(0x15, register, value, target);
    }

    BpfAssembler ifNotEqual(int register, int value, String target) {
        return jump(0x55, register, value, target);
    }

    BpfAssembler ifNegative(int register, String target) {
        return jump(0xC5, register, 0, target);
    }

    BpfAssembler ifAny(int register, int bits, String target) {
        return jump(0x45, register, bits, target);
    }

    /** The program, with its jumps resolved. */
    ByteBuffer assemble() {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        ByteBuffer code = ByteBuffer.allocate(instructions.size() * INSTRUCTION_SIZE).order(ByteOrder.nativeOrder());
        for (int i = 0; i < instructions.size(); i++) {
            Instruction each = instructions.get(i);
            int registers = little ? each.src << 4 | each.dst : each.dst << 4 | each.src;
            code.put((byte) each.operation).put((byte) registers)
                    .putShort((short) (each.target == null ? each.offset : distance(i, each.target)))
                    .putInt(each.immediate);
        }
        return code.flip();
    }

    private int distance(int from, String target) {
        Integer to = labels.get(target);
        if (to == null) {
            throw new IllegalStateException("no label " + target);
        }
        return to - from - 1;
    }
}
