package io.smc4j.engine.connection;

import io.smc4j.engine.link.LocalRing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What is counted of one connection. The thread that reads and the one that writes each count for themselves, so that a
 * count costs an addition; any thread may look.
 */
public final class ConnectionFigures {

    private static final int RUNG = 0;
    private static final int SPARED = 1;
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final LocalRing local;
    private final ReceiveSide in;
    private final SendSide out;
    private final long[] ofReader = new long[2];
    private final long[] ofWriter = new long[2];

    ConnectionFigures(LocalRing local, ReceiveSide in, SendSide out) {
        this.local = local;
        this.in = in;
        this.out = out;
    }

    /** Number of the link that carries it, or 0. */
    public int link() {
        return local.link();
    }

    /** Bytes that may be under way to the peer. */
    public int sendBufferSize() {
        return out.window();
    }

    /** Bytes of the ring this side receives into. */
    public int receiveBufferSize() {
        return local.size();
    }

    /** The reader has told the peer that there is room. */
    void toldOfRoom(boolean rung) {
        count(ofReader, rung);
    }

    /** The writer has told the peer of bytes. */
    void toldOfBytes(boolean rung) {
        count(ofWriter, rung);
    }

    private static void count(long[] counts, boolean rung) {
        int place = rung ? RUNG : SPARED;
        COUNT.setOpaque(counts, place, counts[place] + 1);
    }

    /** News that took a system call or a message. */
    public long doorbellsRung() {
        return (long) COUNT.getOpaque(ofReader, RUNG) + (long) COUNT.getOpaque(ofWriter, RUNG);
    }

    /** News that the peer found by itself. */
    public long doorbellsSpared() {
        return (long) COUNT.getOpaque(ofReader, SPARED) + (long) COUNT.getOpaque(ofWriter, SPARED);
    }

    /** Looks of the reader that found the ring full. */
    public long ringFull() {
        return in.fulls();
    }

    /** Payload bytes sent. */
    public long bytesSent() {
        return out.total();
    }

    /** Payload bytes received by the application. */
    public long bytesReceived() {
        return in.total();
    }

    /** Bytes of the peer that the application has not received, as the peer says; only while the ring is there. */
    public long unread() {
        long received = in.total();
        return Math.max(0, local.producer() - received);
    }

    /** Whether the peer has said that it waits for room in this side's ring; only while the ring is there. */
    public boolean isPeerBlocked() {
        return local.isPeerBlocked();
    }

    /** Whether a write would find room; only while the peer's ring is there. */
    public boolean hasRoom() {
        return out.hasRoom();
    }
}
