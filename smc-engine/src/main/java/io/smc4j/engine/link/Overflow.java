package io.smc4j.engine.link;

import java.nio.ByteBuffer;

/**
 * Memory of a writer for bytes that the peer's ring has no room for: what a socket's send buffer is. It lies in the
 * writer's own segment, where the peer can read it, so the writer pays for it and need not wait for anybody.
 *
 * <p>An overflow takes the bytes of one range of positions, in their order and each place once; the bytes before and
 * after it are in the peer's rings. The writer publishes where it begins before the first byte in it, and where it ends
 * before the first byte behind it. A connection has one at a time: the next begins when the peer has read up to the end
 * of the one before. For one writing thread at a time.
 */
public abstract class Overflow {

    /** Memory is taken up in such pieces, in bytes. */
    public static final int STEP = 64 * 1024;

    private final ByteBuffer data;
    private final int most;
    /** Looked at by any thread. */
    private volatile int room;

    /**
     * Hands out no memory yet.
     *
     * @param data its memory
     * @param most bytes of it that ever may be used, some {@link #STEP}s
     */
    protected Overflow(ByteBuffer data, int most) {
        this.data = data;
        this.most = most;
    }

    /** Its memory, of a power of two bytes; use absolute access only. */
    public final ByteBuffer data() {
        return data;
    }

    /** Bytes of it that ever may be used. */
    public final int most() {
        return most;
    }

    /** Bytes of it that may be used, from its beginning; any thread. */
    public final int room() {
        return room;
    }

    protected final void setRoom(int value) {
        room = value;
    }

    /** Takes up more memory, if there is some, so that so many bytes may be used; returns {@link #room()}. */
    public abstract int extend(long bytes);

    /** Whether a step more could be used; any thread. */
    public abstract boolean canExtend();
}
