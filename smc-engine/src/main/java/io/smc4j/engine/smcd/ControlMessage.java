package io.smc4j.engine.smcd;

import io.smc4j.engine.link.SegmentLayout;
import java.nio.ByteBuffer;

/**
 * A packet on the UNIX socket between two engines, big endian. The token names the receiver's ring, as in CLC messages.
 *
 * <pre>
 *                 u32         u64             u64
 * HELLO        1  version     GID             GID            both ways, first
 * ATTACH       2  link group  segment size                   both ways, second, with the sender's segment as descriptor
 * REFUSE       3  reason                                     in place of an answer
 * DOORBELL     4  number      generation      receiver       the name of the socket that wakes its owner
 * RING         5  number                                     the sender cannot wake the owner of this doorbell by
 *                                                            itself
 * PEER_CLOSED  6              token                          the peer of this connection closed and wants its ring back
 * WITHDRAWN    7                                             a marker of the sender's is gone: look before the next
 *                                                            connection
 * ROOM_WANTED  8  offer       token                          the sender has no room in the ring of this offer
 * RING_OFFERED 9              token                          the peer of this connection offers another ring: take it
 * INQUIRY     10  ports       client's address               has the receiver accepted this TCP connection of the
 *                                                            sender's, and left
 *                                                            its Proposal unanswered? Ports: the client's and the
 *                                                            server's, u16
 * OWN         11  as INQUIRY                                 it has
 * NOT_OWN     12  as INQUIRY                                 it has not
 * WAKER       13  number      generation      sender         the name of the socket that will wake this doorbell's
 *                                                            owner
 * RESET       14  as INQUIRY                                 it has, and its application has reset the connection
 * MOVED       15              token                          the peer of this connection goes on over TCP; only if both
 *                                                            have agreed that it can be moved
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
    static final int ROOM_WANTED = 8;
    static final int RING_OFFERED = 9;
    static final int INQUIRY = 10;
    static final int OWN = 11;
    static final int NOT_OWN = 12;
    static final int WAKER = 13;
    static final int RESET = 14;
    static final int MOVED = 15;

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

    static ControlMessage doorbell(int number, int generation, long receiver) {
        return new ControlMessage(DOORBELL, number, generation, receiver);
    }

    static ControlMessage waker(int number, int generation, long sender) {
        return new ControlMessage(WAKER, number, generation, sender);
    }

    static ControlMessage ring(int number) {
        return new ControlMessage(RING, number, 0, 0);
    }

    static ControlMessage peerClosed(long token) {
        return new ControlMessage(PEER_CLOSED, 0, token, 0);
    }

    static ControlMessage roomWanted(long token, int offer) {
        return new ControlMessage(ROOM_WANTED, offer, token, 0);
    }

    static ControlMessage ringOffered(long token) {
        return new ControlMessage(RING_OFFERED, 0, token, 0);
    }

    static ControlMessage moved(long token) {
        return new ControlMessage(MOVED, 0, token, 0);
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
