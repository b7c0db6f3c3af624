package io.smc4j.engine.testsupport;

import java.nio.ByteBuffer;

/** Bytes of a fuzzer, read as a sequence of choices. Behind the last one everything is 0. */
public final class Script {

    /** Where fields and arithmetic have their edges. */
    private static final long[] EDGES = {0, 1, -1, 2, 3, 4095, 4096, 16383, 16384, 16385, 65535, 65536, 1 << 20,
        Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE};

    private final ByteBuffer bytes;

    public Script(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    public boolean goesOn() {
        return bytes.hasRemaining();
    }

    /** From 0 to 255. */
    public int next() {
        return bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) : 0;
    }

    /** From 0 to less than the bound, which is 256 at most. */
    public int below(int bound) {
        return next() % bound;
    }

    public boolean flag() {
        return (next() & 1) != 0;
    }

    /** From 0 to 65535. */
    public int size() {
        return next() << Byte.SIZE | next();
    }

    /** An edge, something near the given value, or any. */
    public long number(long near) {
        int kind = next();
        if (kind < EDGES.length) {
            return EDGES[kind];
        }
        if (kind < 128) {
            return near + (short) size();
        }
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | next();
        }
        return value;
    }

    /** So many, or as many as are left. */
    public byte[] bytes(int most) {
        byte[] taken = new byte[Math.min(most, bytes.remaining())];
        bytes.get(taken);
        return taken;
    }
}
