package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where finished work requests are reported. Used by one thread at a time; closed after its queue pairs, of which
 * completions may still come after they are closed.
 *
 * <p>To sleep without missing a completion: {@link #arm}, then {@link #poll} until it is empty, then wait for the
 * channel. When it is readable, {@link CompletionChannel#drain}, and begin again.
 */
public final class CompletionQueue extends NativeObject {

    public static final int SUCCESS = 0;
    /** The queue pair was in the error state already. */
    public static final int FLUSHED = 5;
    /** The peer has no such region, or does not let it be written. */
    public static final int REMOTE_ACCESS_ERROR = 10;
    /** The peer did not answer. */
    public static final int RETRY_EXCEEDED = 12;
    /** The peer posted no receive in time. */
    public static final int RNR_RETRY_EXCEEDED = 13;

    public static final int OPCODE_SEND = 0;
    public static final int OPCODE_RDMA_WRITE = 1;
    public static final int OPCODE_RECEIVE = 128;

    /** How many completions {@link #poll} takes at once. */
    public static final int BATCH = 32;

    private static final String[] STATUS_TEXTS = {
        "success", "local length error", "local QP operation error", "local EE context operation error",
        "local protection error", "work request flushed", "memory window bind error", "bad response",
        "local access error", "remote invalid request", "remote access error", "remote operation error",
        "transport retries exceeded", "receiver-not-ready retries exceeded", "local RDD violation",
        "remote invalid RD request", "remote aborted", "invalid EE context number", "invalid EE context state",
        "fatal error", "response timeout", "general error", "tag matching error", "tag matching rendezvous incomplete"};

    private final ContextOperations operations;
    private final MemorySegment completions = Arena.ofAuto().allocate(BATCH * Abi.WC_SIZE, Long.BYTES);

    CompletionQueue(VerbsContext context, long pointer) {
        super(context, pointer);
        operations = context.operations();
    }

    /**
     * Takes completions, up to {@link #BATCH}; the methods below read them until the next call. Allocates nothing.
     *
     * @return how many; 0 also if closed, negative if the device failed
     */
    public int poll() {
        long queue = pointerOrZero();
        return queue == 0 ? 0 : operations.pollCq(queue, BATCH, completions);
    }

    /** The number that the request was posted with. */
    public long wrId(int i) {
        return completions.get(JAVA_LONG, i * Abi.WC_SIZE + Abi.WC_WR_ID);
    }

    /** {@link #SUCCESS}, or what went wrong; then only {@link #wrId} and {@link #qpn} are valid besides. */
    public int status(int i) {
        return completions.get(JAVA_INT, i * Abi.WC_SIZE + Abi.WC_STATUS);
    }

    /** {@link #OPCODE_SEND}, {@link #OPCODE_RDMA_WRITE} or {@link #OPCODE_RECEIVE}. */
    public int opcode(int i) {
        return completions.get(JAVA_INT, i * Abi.WC_SIZE + Abi.WC_OPCODE);
    }

    /** How many bytes were received; not valid for sends. */
    public int byteLength(int i) {
        return completions.get(JAVA_INT, i * Abi.WC_SIZE + Abi.WC_BYTE_LEN);
    }

    /** The number of our queue pair. */
    public int qpn(int i) {
        return completions.get(JAVA_INT, i * Abi.WC_SIZE + Abi.WC_QP_NUM);
    }

    /**
     * Has the next completion, of whatever kind, announced by the channel, once. Those that are already there need not
     * be announced: poll afterwards.
     *
     * @return 0 or the error number; {@link Errno#EBADF} if closed
     */
    public int arm() {
        long queue = pointerOrZero();
        return queue == 0 ? Errno.EBADF : operations.reqNotifyCq(queue);
    }

    /** A status in words. */
    public static String statusText(int status) {
        return status >= 0 && status < STATUS_TEXTS.length ? STATUS_TEXTS[status] : "status " + status;
    }

    @Override
    void destroy(long pointer) {
        VerbsCalls.destroyCq(pointer);
    }
}
