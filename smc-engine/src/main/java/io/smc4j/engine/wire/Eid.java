package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An enterprise ID: peers use SMC version 2 with each other only if they have one in common.
 *
 * <p>On the wire it has 32 bytes of ASCII, padded with blanks.
 *
 * @param value 1 to 32 characters {@code A-Z 0-9 . -}, the first a letter or digit
 */
public record Eid(String value) {

    /** Bytes of an EID on the wire. */
    public static final int LENGTH = 32;

    private static final Pattern SYNTAX = Pattern.compile("[A-Z0-9][A-Z0-9.-]{0,31}");
    private static final byte PADDING = ' ';

    /**
     * Checks the syntax.
     *
     * @throws IllegalArgumentException if the value is no EID
     */
    public Eid {
        Fields.require(isValid(value), "not an EID: \"" + value + "\"");
    }

    /** Whether a text is an EID. */
    public static boolean isValid(String value) {
        return SYNTAX.matcher(value).matches();
    }

    void write(ByteBuffer out, int offset) {
        for (int i = 0; i < LENGTH; i++) {
            out.put(offset + i, i < value.length() ? (byte) value.charAt(i) : PADDING);
        }
    }

    static Eid read(String field, ByteBuffer in, int offset) throws ClcFormatException {
        byte[] bytes = new byte[LENGTH];
        in.get(offset, bytes);
        int end = LENGTH;
        while (end > 0 && bytes[end - 1] == PADDING) {
            end--;
        }
        String value = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        if (!isValid(value)) {
            throw new ClcFormatException(field, offset, "not an EID");
        }
        return new Eid(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
