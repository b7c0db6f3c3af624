package io.smc4j.engine.agent;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Instructions, and what is around them (JVMS, 4.7.3 and 6.5). */
final class Opcode {

    static final int ILOAD_0 = 0x1a;
    static final int ILOAD_1 = 0x1b;
    static final int ILOAD_2 = 0x1c;
    static final int ALOAD_0 = 0x2a;
    static final int ARETURN = 0xb0;
    static final int RETURN = 0xb1;
    static final int GETSTATIC = 0xb2;
    static final int INVOKESPECIAL = 0xb7;
    static final int INVOKESTATIC = 0xb8;
    static final int INVOKEINTERFACE = 0xb9;
    static final int CHECKCAST = 0xc0;

    private Opcode() {
    }

    /** The contents of a Code attribute without handlers and attributes. */
    static byte[] code(int maxStack, int maxLocals, byte[] instructions) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(maxStack);
        out.writeShort(maxLocals);
        out.writeInt(instructions.length);
        out.write(instructions);
        out.writeShort(0);
        out.writeShort(0);
        return bytes.toByteArray();
    }
}
