package io.smc4j.engine.os.verbs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** An object of libibverbs, destroyed once at most, and not at all after its context. */
abstract sealed class NativeObject implements AutoCloseable
        permits VerbsContext, ProtectionDomain, MemoryRegion, CompletionChannel, CompletionQueue, QueuePair {

    private static final VarHandle POINTER;

    static {
        try {
            POINTER = MethodHandles.lookup().findVarHandle(NativeObject.class, "pointer", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final NativeObject context;
    private volatile long pointer;

    /** Takes over what {@code pointer} points to; {@code context} is {@code null} for a context itself. */
    NativeObject(NativeObject context, long pointer) {
        this.context = context;
        this.pointer = pointer;
    }

    /** Address in the library's memory; 0 if closed. */
    final long pointerOrZero() {
        return pointer;
    }

    /** Address in the library's memory. */
    final long pointer() {
        long value = pointer;
        if (value == 0) {
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return value;
    }

    /** Gives the object back to the library. No other thread may be using it; a second time does nothing. */
    @Override
    public final void close() {
        long value = (long) POINTER.getAndSet(this, 0L);
        if (value == 0) {
            return;
        }
        closed();
        if (context == null || context.pointer != 0) {
            // A failure leaves the object to the context, with which the kernel frees all that was made from it.
            destroy(value);
        }
    }

    /** It is used no more, whether or not it is still to be given back. */
    void closed() {
    }

    abstract void destroy(long pointer);
}
