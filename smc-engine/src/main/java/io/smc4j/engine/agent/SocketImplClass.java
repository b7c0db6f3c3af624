package io.smc4j.engine.agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The class file of {@code java.net.SocketImpl}, with another body for one method (JVMS, chapter 4). By hand, as the
 * JDK's own class-file API is final from Java 24 on only. The body has no branch, so that it needs no stack map.
 */
final class SocketImplClass {

    private static final String METHOD = "createPlatformSocketImpl";
    private static final String DESCRIPTOR = "(Z)Ljava/net/SocketImpl;";

    private final DataInputStream in;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final Map<Integer, String> texts = new HashMap<>();
    private boolean found;

    private SocketImplClass(byte[] original) {
        this.in = new DataInputStream(new ByteArrayInputStream(original));
    }

    /**
     * The class file whose method asks the function in a static field {@code factory}.
     *
     * @param bridge the internal name of the class that has the field
     * @throws IOException if there is no such method
     */
    static byte[] redirect(byte[] original, String bridge) throws IOException {
        SocketImplClass file = new SocketImplClass(original);
        file.copy(bridge);
        if (!file.found) {
            throw new IOException("no method " + METHOD + DESCRIPTOR);
        }
        return file.bytes.toByteArray();
    }

    private void copy(String bridge) throws IOException {
        copy(8);
        int count = in.readUnsignedShort();
        ByteArrayOutputStream known = new ByteArrayOutputStream();
        copyConstants(count, new DataOutputStream(known));
        ConstantPool added = new ConstantPool(count);
        byte[] code = body(added, bridge);
        out.writeShort(added.count());
        known.writeTo(out);
        added.writeTo(out);
        copy(6);
        copyList(2);
        copyMembers(null);
        copyMembers(code);
        in.transferTo(out);
    }

    private static byte[] body(ConstantPool pool, String bridge) throws IOException {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(code);
        data.writeByte(Opcode.GETSTATIC);
        data.writeShort(pool.field(bridge, BridgeClass.FIELD, BridgeClass.TYPE));
        data.writeByte(Opcode.ILOAD_0);
        data.writeByte(Opcode.INVOKESTATIC);
        data.writeShort(pool.method("java/lang/Boolean", "valueOf", "(Z)Ljava/lang/Boolean;"));
        data.writeByte(Opcode.INVOKEINTERFACE);
        data.writeShort(pool.interfaceMethod("java/util/function/Function", "apply",
                "(Ljava/lang/Object;)Ljava/lang/Object;"));
        data.writeByte(2);
        data.writeByte(0);
        data.writeByte(Opcode.CHECKCAST);
        data.writeShort(pool.type("java/net/SocketImpl"));
        data.writeByte(Opcode.ARETURN);
        return Opcode.code(2, 1, code.toByteArray());
    }

    private void copyConstants(int count, DataOutputStream target) throws IOException {
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            target.writeByte(tag);
            switch (tag) {
                case ConstantPool.UTF8 -> {
                    String text = in.readUTF();
                    texts.put(i, text);
                    target.writeUTF(text);
                }
                // Class, String, MethodType, Module, Package
                case 7, 8, 16, 19, 20 -> target.write(in.readNBytes(2));
                // MethodHandle
                case 15 -> target.write(in.readNBytes(3));
                // Integer, Float, references, NameAndType, Dynamic, InvokeDynamic
                case 3, 4, 9, 10, 11, 12, 17, 18 -> target.write(in.readNBytes(4));
                // Long and Double take two places.
                case 5, 6 -> {
                    target.write(in.readNBytes(8));
                    i++;
                }
                default -> throw new IOException("constant of unknown kind " + tag);
            }
        }
    }

    private void copy(int length) throws IOException {
        out.write(in.readNBytes(length));
    }

    private void copyList(int size) throws IOException {
        int count = in.readUnsignedShort();
        out.writeShort(count);
        copy(count * size);
    }

    private void copyMembers(byte[] code) throws IOException {
        int count = in.readUnsignedShort();
        out.writeShort(count);
        for (int i = 0; i < count; i++) {
            copy(2);
            int name = in.readUnsignedShort();
            int descriptor = in.readUnsignedShort();
            out.writeShort(name);
            out.writeShort(descriptor);
            boolean wanted = code != null && METHOD.equals(texts.get(name)) && DESCRIPTOR.equals(texts.get(descriptor));
            copyAttributes(wanted ? code : null);
            found |= wanted;
        }
    }

    /** @param code the contents of Code, or {@code null} to leave it */
    private void copyAttributes(byte[] code) throws IOException {
        int count = in.readUnsignedShort();
        out.writeShort(count);
        for (int i = 0; i < count; i++) {
            int name = in.readUnsignedShort();
            byte[] contents = in.readNBytes(in.readInt());
            if (code != null && "Code".equals(texts.get(name))) {
                contents = code;
            }
            out.writeShort(name);
            out.writeInt(contents.length);
            out.write(contents);
        }
    }
}
