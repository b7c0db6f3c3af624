package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.smc4j.engine.os.Level;
import java.lang.foreign.MemorySegment;

/**
 * Memory that a device may access. Immutable; it stays pinned until {@link #close}, and its keys are void after that.
 */
public final class MemoryRegion extends NativeObject {

    private static final Level REGISTERED = new Level();

    /** Keeps memory of an automatic arena from being freed. */
    private final MemorySegment memory;
    private final int lkey;
    private final int rkey;

    MemoryRegion(VerbsContext context, long pointer, MemorySegment memory) {
        super(context, pointer);
        this.memory = memory;
        MemorySegment region = MemorySegment.ofAddress(pointer).reinterpret(Abi.MR_SIZE);
        lkey = region.get(JAVA_INT, Abi.MR_LKEY);
        rkey = region.get(JAVA_INT, Abi.MR_RKEY);
        REGISTERED.add(memory.byteSize());
    }

    /** Bytes registered by this process, once for each device. */
    public static Level registered() {
        return REGISTERED;
    }

    /** Where it begins, for our requests and, together with {@link #rkey}, for the peer's. */
    public long address() {
        return memory.address();
    }

    /** In bytes. */
    public long length() {
        return memory.byteSize();
    }

    /** The key for our own requests. */
    public int lkey() {
        return lkey;
    }

    /** The key for the peer's requests. */
    public int rkey() {
        return rkey;
    }

    @Override
    void closed() {
        REGISTERED.add(-memory.byteSize());
    }

    @Override
    void destroy(long pointer) {
        VerbsCalls.deregMr(pointer);
    }
}
