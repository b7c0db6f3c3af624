package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions that a device's driver supplies for the hot path, of one context. The handles are constants, and take
 * the function's address as an argument, so that the compiler can inline them though drivers differ.
 */
final class ContextOperations {

    private static final Linker LINKER = Linker.nativeLinker();
    /** Drivers poll in user space and return at once. */
    private static final MethodHandle POLL_CQ = LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS), Linker.Option.critical(false));
    private static final MethodHandle REQ_NOTIFY_CQ =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POST =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS));

    private final MemorySegment pollCq;
    private final MemorySegment reqNotifyCq;
    private final MemorySegment postSend;
    private final MemorySegment postRecv;

    ContextOperations(MemorySegment context) {
        pollCq = context.get(ADDRESS, Abi.CONTEXT_POLL_CQ);
        reqNotifyCq = context.get(ADDRESS, Abi.CONTEXT_REQ_NOTIFY_CQ);
        postSend = context.get(ADDRESS, Abi.CONTEXT_POST_SEND);
        postRecv = context.get(ADDRESS, Abi.CONTEXT_POST_RECV);
    }

    /** Fills in up to {@code max} work completions; their number, or negative if the driver failed. */
    int pollCq(long queue, int max, MemorySegment completions) {
        try {
            return (int) POLL_CQ.invokeExact(pollCq, queue, max, completions);
        } catch (Throwable e) {
            throw VerbsCalls.unexpected(e);
        }
    }

    /** 0 or the error number. */
    int reqNotifyCq(long queue) {
        try {
            return (int) REQ_NOTIFY_CQ.invokeExact(reqNotifyCq, queue, 0);
        } catch (Throwable e) {
            throw VerbsCalls.unexpected(e);
        }
    }

    /** 0 or the error number. */
    int postSend(long pair, MemorySegment request, MemorySegment badRequest) {
        try {
            return (int) POST.invokeExact(postSend, pair, request, badRequest);
        } catch (Throwable e) {
            throw VerbsCalls.unexpected(e);
        }
    }

    /** 0 or the error number. */
    int postRecv(long pair, MemorySegment request, MemorySegment badRequest) {
        try {
            return (int) POST.invokeExact(postRecv, pair, request, badRequest);
        } catch (Throwable e) {
            throw VerbsCalls.unexpected(e);
        }
    }
}
