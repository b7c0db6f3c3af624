package io.smc4j.engine.agent;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Constants of a class file, from a given place on. */
final class ConstantPool {

    static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private int next;

    ConstantPool(int first) {
        next = first;
    }

    /** One more than the last place that is taken, as class files count. */
    int count() {
        return next;
    }

    void writeTo(DataOutputStream target) throws IOException {
        bytes.writeTo(target);
    }

    int text(String text) throws IOException {
        out.writeByte(UTF8);
        out.writeUTF(text);
        return next++;
    }

    int type(String name) throws IOException {
        int text = text(name);
        out.writeByte(CLASS);
        out.writeShort(text);
        return next++;
    }

    int field(String type, String name, String descriptor) throws IOException {
        return member(FIELD, type, name, descriptor);
    }

    int method(String type, String name, String descriptor) throws IOException {
        return member(METHOD, type, name, descriptor);
    }

    int interfaceMethod(String type, String name, String descriptor) throws IOException {
        return member(INTERFACE_METHOD, type, name, descriptor);
    }

    private int member(int tag, String type, String name, String descriptor) throws IOException {
        int owner = type(type);
        int nameText = text(name);
        int descriptorText = text(descriptor);
        out.writeByte(NAME_AND_TYPE);
        out.writeShort(nameText);
        out.writeShort(descriptorText);
        int nameAndType = next++;
        out.writeByte(tag);
        out.writeShort(owner);
        out.writeShort(nameAndType);
        return next++;
    }
}
