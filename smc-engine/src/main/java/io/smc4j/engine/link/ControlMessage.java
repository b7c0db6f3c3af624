package io.smc4j.engine.link;

import java.nio.ByteBuffer;

/**
 * A packet on the UNIX socket between two engines, big endian.
 *
 * <pre>
 * HELLO        1  version u32, GID 2 u64           both ways, first
 * ATTACH       2  link group u32, segment size u64 both ways, second, with the sender's segment as descriptor
 * REFUSE       3  fallback code u32                in place of an answer
 * DOORBELL     4  number u32                       with the eventfd as descriptor
 * RING         5  number u32                       for a doorbell whose eventfd has not arrived yet
 * PEER_CLOSED  6  connection u32                   the sender closed it and wants its ring back
 * WITHDRAWN    7                                   a marker of the sender's is gone: look before the next connection
 * </pre>
 */
record ControlMessage(int type, int argument, long first, long second) {

    static final int HELLO = 1;
    static final int ATTACH = 2;
    static final int REFUSE = 3;
    static final int DOORBELL = 4;
    static final int RING = 5;
    static final int PEER_CLOSED = 6;
    static final int MARKER_WITHDRAWN = 7;

    static final int LENGTH = 24;

    static ControlMessage hello(Gid gid) {
        return new ControlMessage(HELLO, SegmentLayout.VERSION, gid.high(), gid.low());
    }

    static ControlMessage attach(int linkGroupId, long segmentSize) {
        return new ControlMessage(ATTACH, linkGroupId, segmentSize, 0);
    }

    static ControlMessage refuse(int code) {
        return new ControlMessage(REFUSE, code, 0, 0);
    }

    static ControlMessage doorbell(int number) {
        return new ControlMessage(DOORBELL, number, 0, 0);
    }

    static ControlMessage ring(int number) {
        return new ControlMessage(RING, number, 0, 0);
    }

    static ControlMessage peerClosed(int connection) {
        return new ControlMessage(PEER_CLOSED, connection, 0, 0);
    }

    static ControlMessage markerWithdrawn() {
        return new ControlMessage(MARKER_WITHDRAWN, 0, 0, 0);
    }

    ByteBuffer encode() {
        return ByteBuffer.allocateDirect(LENGTH).putInt(type).putInt(argument).putLong(first).putLong(second).flip();
    }

    /** Returns {@code null} if it is none. */
    static ControlMessage decode(ByteBuffer packet) {
        if (packet.remaining() != LENGTH) {
            return null;
        }
        return new ControlMessage(packet.getInt(), packet.getInt(), packet.getLong(), packet.getLong());
    }
}
