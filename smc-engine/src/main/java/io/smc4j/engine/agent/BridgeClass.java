package io.smc4j.engine.agent;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Class files of the two small classes that the agent adds. */
final class BridgeClass {

    /** Beside {@code SocketImpl}: what is rewritten there sees nothing of the class path. */
    static final String NAME = "java/net/Smc4jSockets";
    static final String FIELD = "factory";
    static final String TYPE = "Ljava/util/function/Function;";

    private static final int MAGIC = 0xCAFEBABE;
    private static final int JAVA_17 = 61;
    private static final int ACC_PUBLIC = 0x0001;
    private static final int ACC_STATIC = 0x0008;
    private static final int ACC_FINAL = 0x0010;
    private static final int ACC_SUPER = 0x0020;
    private static final int ACC_SYNTHETIC = 0x1000;

    private BridgeClass() {
    }

    /** A class with a static field, for the function that the JDK is to ask. */
    static byte[] bridge() throws IOException {
        ConstantPool pool = new ConstantPool(1);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeShort(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
        out.writeShort(pool.type(NAME));
        out.writeShort(pool.type("java/lang/Object"));
        out.writeShort(0);
        out.writeShort(1);
        out.writeShort(ACC_STATIC);
        out.writeShort(pool.text(FIELD));
        out.writeShort(pool.text(TYPE));
        out.writeShort(0);
        out.writeShort(0);
        out.writeShort(0);
        return file(pool, body);
    }

    /** A subclass with the same constructor that also implements an interface, which the compiler cannot see. */
    static byte[] implementing(String name, String superclass, String implemented, String constructor)
            throws IOException {
        ConstantPool pool = new ConstantPool(1);
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        DataOutputStream instructions = new DataOutputStream(code);
        instructions.writeByte(Opcode.ALOAD_0);
        instructions.writeByte(Opcode.ILOAD_1);
        instructions.writeByte(Opcode.ILOAD_2);
        instructions.writeByte(Opcode.INVOKESPECIAL);
        instructions.writeShort(pool.method(superclass, "<init>", constructor));
        instructions.writeByte(Opcode.RETURN);
        byte[] contents = Opcode.code(3, 3, code.toByteArray());

        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeShort(ACC_PUBLIC | ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
        out.writeShort(pool.type(name));
        out.writeShort(pool.type(superclass));
        out.writeShort(1);
        out.writeShort(pool.type(implemented));
        out.writeShort(0);
        out.writeShort(1);
        out.writeShort(ACC_PUBLIC);
        out.writeShort(pool.text("<init>"));
        out.writeShort(pool.text(constructor));
        out.writeShort(1);
        out.writeShort(pool.text("Code"));
        out.writeInt(contents.length);
        out.write(contents);
        out.writeShort(0);
        return file(pool, body);
    }

    private static byte[] file(ConstantPool pool, ByteArrayOutputStream body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeShort(0);
        out.writeShort(JAVA_17);
        out.writeShort(pool.count());
        pool.writeTo(out);
        body.writeTo(out);
        return bytes.toByteArray();
    }
}
