package io.smc4j.engine.negotiation;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What each side says over TCP when an SMC-R connection goes on there: how many bytes of the stream it has received.
 * Big endian.
 *
 * <pre>
 * off  size  field
 *   0     4  eyecatcher, 53 4a 52 31
 *   4     4  zero
 *   8     8  bytes ever received
 * </pre>
 */
final class ResumeMessage {

    static final int LENGTH = 16;

    private static final int EYECATCHER = 0x534A5231;

    private ResumeMessage() {
    }

    static ByteBuffer encode(long received) {
        return ByteBuffer.allocate(LENGTH).putInt(EYECATCHER).putInt(0).putLong(received).flip();
    }

    /**
     * Returns how many bytes the sender has received.
     *
     * @param in with {@value #LENGTH} bytes from index 0 on
     * @throws IOException if it is no such message
     */
    static long decode(ByteBuffer in) throws IOException {
        long received = in.getLong(8);
        if (in.getInt(0) != EYECATCHER || in.getInt(4) != 0 || received < 0) {
            throw new IOException("malformed message on the TCP connection");
        }
        return received;
    }
}
