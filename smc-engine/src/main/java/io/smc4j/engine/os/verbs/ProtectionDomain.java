package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory regions and queue pairs that may work together. Thread-safe; closed after both. */
public final class ProtectionDomain extends NativeObject {

    /** What a work request takes in a driver's memory, about. */
    private static final long REQUEST_SIZE = 256;

    private final VerbsContext context;

    ProtectionDomain(VerbsContext context, long pointer) {
        super(context, pointer);
        this.context = context;
    }

    /**
     * Lets the device read and write memory, which pins it. May take long for much memory.
     *
     * <p>{@link Reason#MEMLOCK_LIMIT} if {@code RLIMIT_MEMLOCK} is too low for that.
     *
     * @param memory native, and not freed before the region is closed
     * @param remoteWrite whether a connected peer may write it, given the {@linkplain MemoryRegion#rkey key}
     */
    public MemoryRegion register(MemorySegment memory, boolean remoteWrite) throws VerbsException {
        if (!memory.isNative() || memory.byteSize() == 0 || memory.isReadOnly()) {
            throw new IllegalArgumentException("not native memory to be written: " + memory);
        }
        int access = Abi.ACCESS_LOCAL_WRITE | (remoteWrite ? Abi.ACCESS_REMOTE_WRITE : 0);
        long region = VerbsCalls.regMr(pointer(), memory, access);
        if (region < 0) {
            throw VerbsException.pinning(memory.byteSize(), "ibv_reg_mr of " + memory.byteSize() + " bytes",
                    (int) -region);
        }
        return new MemoryRegion(context, region, memory);
    }

    /**
     * Creates a reliable connected queue pair, whose work requests have one buffer each. Sends report their completion
     * only where the request asks for it.
     *
     * @param send where completions of sends and writes go; may be the same as {@code receive}
     * @param receive where completions of receives go
     * @param maxSend how many sends and writes can be outstanding
     * @param maxReceive how many receives can be outstanding
     * @param maxInline how many bytes a send should take in at once; a device that cannot grants
     *        {@linkplain QueuePair#maxInline less}
     */
    public QueuePair createQueuePair(CompletionQueue send, CompletionQueue receive, int maxSend, int maxReceive,
            int maxInline)
            throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(Abi.QP_INIT_SIZE, Long.BYTES);
            long pair = create(attributes, send, receive, maxSend, maxReceive, maxInline);
            if (pair == -Errno.EINVAL && maxInline > 0) {
                pair = create(attributes, send, receive, maxSend, maxReceive, 0);
            }
            if (pair < 0) {
                throw VerbsException.pinning((maxSend + maxReceive) * REQUEST_SIZE, "ibv_create_qp " + context.device(),
                        (int) -pair);
            }
            return new QueuePair(context, pair, attributes.get(JAVA_INT, Abi.QP_INIT_MAX_INLINE_DATA));
        }
    }

    private long create(MemorySegment attributes, CompletionQueue send, CompletionQueue receive, int maxSend,
            int maxReceive,
            int maxInline) {
        attributes.fill((byte) 0);
        attributes.set(JAVA_LONG, Abi.QP_INIT_SEND_CQ, send.pointer());
        attributes.set(JAVA_LONG, Abi.QP_INIT_RECV_CQ, receive.pointer());
        attributes.set(JAVA_INT, Abi.QP_INIT_MAX_SEND_WR, maxSend);
        attributes.set(JAVA_INT, Abi.QP_INIT_MAX_RECV_WR, maxReceive);
        attributes.set(JAVA_INT, Abi.QP_INIT_MAX_SEND_SGE, 1);
        attributes.set(JAVA_INT, Abi.QP_INIT_MAX_RECV_SGE, 1);
        attributes.set(JAVA_INT, Abi.QP_INIT_MAX_INLINE_DATA, maxInline);
        attributes.set(JAVA_INT, Abi.QP_INIT_TYPE, Abi.QP_TYPE_RC);
        return VerbsCalls.createQp(pointer(), attributes);
    }

    @Override
    void destroy(long pointer) {
        VerbsCalls.deallocPd(pointer);
    }
}
