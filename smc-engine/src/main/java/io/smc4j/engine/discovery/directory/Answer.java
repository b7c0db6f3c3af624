package io.smc4j.engine.discovery.directory;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The answer to a {@link Question}. A packet, big endian.
 *
 * <pre>
 * type 4, number 4, verdict 4, server's port 4, server's address 16
 * </pre>
 *
 * @param number the question's
 * @param server the server's end of the connection, as it sees it; means nothing unless it is the server's
 */
record Answer(int number, Verdict verdict, InetSocketAddress server) {

    enum Verdict {
        /** A listener of the engine's has the connection. */
        MINE,
        NOT_MINE,
        /** The engine's settings exclude the asker's user. */
        NOT_ADMITTED,
        /** The engine does not understand the question. */
        OTHER_VERSION
    }

    /** "SMAN". */
    static final int TYPE = 0x534D414E;
    static final int LENGTH = 32;

    ByteBuffer encode() {
        ByteBuffer packet = ByteBuffer.allocateDirect(LENGTH).putInt(TYPE).putInt(number).putInt(verdict.ordinal())
                .putInt(server.getPort());
        Question.put(packet, server.getAddress());
        return packet.flip();
    }

    /** Returns {@code null} if it is none. */
    static Answer decode(ByteBuffer packet) {
        if (packet.remaining() != LENGTH || packet.getInt() != TYPE) {
            return null;
        }
        int number = packet.getInt();
        int verdict = packet.getInt();
        int port = packet.getInt();
        if (verdict < 0 || verdict >= Verdict.values().length || port != (port & 0xFFFF)) {
            return null;
        }
        return new Answer(number, Verdict.values()[verdict],
                new InetSocketAddress(Question.address(packet), port));
    }
}
