package io.smc4j.engine.negotiation;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What each side says over TCP when an SMC-R connection goes on there. Big endian.
 *
 * <pre>
 * off  size  field
 *   0     4  eyecatcher, 53 4a 52 31
 *   4     4  1 if the path is lost, 0 if it is left
 *   8     8  bytes of the stream ever received
 * </pre>
 *
 * @param pathLost whether the sender knows that the path is lost
 * @param received bytes ever received, not negative
 */
record ResumeMessage(boolean pathLost, long received) {

    static final int LENGTH = 16;

    private static final int EYECATCHER = 0x534A5231;

    ByteBuffer encode() {
        return ByteBuffer.allocate(LENGTH).putInt(EYECATCHER).putInt(pathLost ? 1 : 0).putLong(received).flip();
    }

    /**
     * Reads a message.
     *
     * @param in with {@value #LENGTH} bytes from index 0 on
     * @throws IOException if it is no such message
     */
    static ResumeMessage decode(ByteBuffer in) throws IOException {
        int lost = in.getInt(4);
        long received = in.getLong(8);
        if (in.getInt(0) != EYECATCHER || lost < 0 || lost > 1 || received < 0) {
            throw new IOException("malformed message on the TCP connection");
        }
        return new ResumeMessage(lost == 1, received);
    }
}
