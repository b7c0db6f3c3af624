package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The exported functions of libibverbs. Initialising this class links them all, and fails with a {@link LinkageError}
 * where that cannot be. Pointers to the library's objects are {@code long}s. What makes an object returns its pointer
 * or the negated error number; what only acts returns 0 or the error number, whichever of its ways the function has to
 * tell it.
 */
final class VerbsCalls {

    static final String LIBRARY = "libibverbs.so.1";

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final long ERRNO = CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle GET_DEVICE_LIST = function("ibv_get_device_list", JAVA_LONG, ADDRESS);
    private static final MethodHandle GET_DEVICE_NAME = function("ibv_get_device_name", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FREE_DEVICE_LIST = procedure("ibv_free_device_list", JAVA_LONG);
    private static final MethodHandle OPEN_DEVICE = function("ibv_open_device", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE_DEVICE = function("ibv_close_device", JAVA_INT, JAVA_LONG);
    private static final MethodHandle QUERY_DEVICE = function("ibv_query_device", JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle QUERY_PORT = function("ibv_query_port", JAVA_INT, JAVA_LONG, JAVA_BYTE, ADDRESS);
    private static final MethodHandle QUERY_GID =
            function("ibv_query_gid", JAVA_INT, JAVA_LONG, JAVA_BYTE, JAVA_INT, ADDRESS);
    private static final MethodHandle QUERY_GID_TABLE =
            functionOrNull("_ibv_query_gid_table", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle ALLOC_PD = function("ibv_alloc_pd", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle DEALLOC_PD = function("ibv_dealloc_pd", JAVA_INT, JAVA_LONG);
    private static final MethodHandle REG_MR =
            function("ibv_reg_mr", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle DEREG_MR = function("ibv_dereg_mr", JAVA_INT, JAVA_LONG);
    private static final MethodHandle CREATE_COMP_CHANNEL = function("ibv_create_comp_channel", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle DESTROY_COMP_CHANNEL = function("ibv_destroy_comp_channel", JAVA_INT, JAVA_LONG);
    private static final MethodHandle CREATE_CQ =
            function("ibv_create_cq", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle DESTROY_CQ = function("ibv_destroy_cq", JAVA_INT, JAVA_LONG);
    private static final MethodHandle GET_CQ_EVENT =
            LINKER.downcallHandle(find("ibv_get_cq_event"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS));
    private static final MethodHandle ACK_CQ_EVENTS = procedure("ibv_ack_cq_events", JAVA_LONG, JAVA_INT);
    private static final MethodHandle CREATE_QP = function("ibv_create_qp", JAVA_LONG, JAVA_LONG, ADDRESS);
    private static final MethodHandle MODIFY_QP = function("ibv_modify_qp", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT);
    private static final MethodHandle DESTROY_QP = function("ibv_destroy_qp", JAVA_INT, JAVA_LONG);
    private static final MethodHandle GET_ASYNC_EVENT = function("ibv_get_async_event", JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle ACK_ASYNC_EVENT = procedure("ibv_ack_async_event", ADDRESS);

    private VerbsCalls() {
    }

    /** Has this class initialised. */
    static void link() {
        // Being called is enough.
    }

    /** Returns an array of pointers, and sets {@code count} to its length. */
    static long getDeviceList(MemorySegment count) {
        return create(GET_DEVICE_LIST, count);
    }

    /** Returns a C string, which lives as long as the device's entry in its list. */
    static long getDeviceName(long device) {
        return create(GET_DEVICE_NAME, device);
    }

    static void freeDeviceList(long list) {
        try {
            FREE_DEVICE_LIST.invokeExact(list);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long openDevice(long device) {
        return create(OPEN_DEVICE, device);
    }

    static int closeDevice(long context) {
        return act(CLOSE_DEVICE, context);
    }

    static int queryDevice(long context, MemorySegment attributes) {
        return act(QUERY_DEVICE, context, attributes);
    }

    static int queryPort(long context, int port, MemorySegment attributes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return error((int) QUERY_PORT.invokeExact(errno, context, (byte) port, attributes), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int queryGid(long context, int port, int index, MemorySegment gid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return error((int) QUERY_GID.invokeExact(errno, context, (byte) port, index, gid), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The number of entries filled in, for all ports, or a negated error number; not in every libibverbs. */
    static long queryGidTable(long context, MemorySegment entries, long count) {
        if (QUERY_GID_TABLE == null) {
            return -Errno.ENOSYS;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return (long) QUERY_GID_TABLE.invokeExact(errno, context, entries, count, 0, Abi.GID_ENTRY_SIZE);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long allocPd(long context) {
        return create(ALLOC_PD, context);
    }

    static int deallocPd(long domain) {
        return act(DEALLOC_PD, domain);
    }

    static long regMr(long domain, MemorySegment memory, int access) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return pointer((long) REG_MR.invokeExact(errno, domain, memory, memory.byteSize(), access), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int deregMr(long region) {
        return act(DEREG_MR, region);
    }

    static long createCompChannel(long context) {
        return create(CREATE_COMP_CHANNEL, context);
    }

    static int destroyCompChannel(long channel) {
        return act(DESTROY_COMP_CHANNEL, channel);
    }

    static long createCq(long context, int entries, long channel) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return pointer((long) CREATE_CQ.invokeExact(errno, context, entries, 0L, channel, 0), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int destroyCq(long queue) {
        return act(DESTROY_CQ, queue);
    }

    /** Takes an event: 0 if there was one, of the queue whose pointer is now in {@code queue}. Allocates nothing. */
    static int getCqEvent(long channel, MemorySegment queue, MemorySegment queueContext) {
        try {
            return (int) GET_CQ_EVENT.invokeExact(channel, queue, queueContext);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void ackCqEvents(long queue, int events) {
        try {
            ACK_CQ_EVENTS.invokeExact(queue, events);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets the capabilities in {@code attributes} to those granted. */
    static long createQp(long domain, MemorySegment attributes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return pointer((long) CREATE_QP.invokeExact(errno, domain, attributes), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int modifyQp(long pair, MemorySegment attributes, int mask) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return error((int) MODIFY_QP.invokeExact(errno, pair, attributes, mask), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int destroyQp(long pair) {
        return act(DESTROY_QP, pair);
    }

    static int getAsyncEvent(long context, MemorySegment event) {
        return act(GET_ASYNC_EVENT, context, event);
    }

    static void ackAsyncEvent(MemorySegment event) {
        try {
            ACK_ASYNC_EVENT.invokeExact(event);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What a method handle threw, for rethrowing: only what the linker checks about the arguments can be. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        throw new AssertionError(thrown);
    }

    private static long create(MethodHandle function, long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return pointer((long) function.invokeExact(errno, argument), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long create(MethodHandle function, MemorySegment argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return pointer((long) function.invokeExact(errno, argument), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int act(MethodHandle function, long object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return error((int) function.invokeExact(errno, object), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int act(MethodHandle function, long object, MemorySegment argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURE);
            return error((int) function.invokeExact(errno, object, argument), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long pointer(long result, MemorySegment errno) {
        return result != 0 ? result : -captured(errno);
    }

    private static int error(int result, MemorySegment errno) {
        return result >= 0 ? result : captured(errno);
    }

    /** Never 0: not every way to fail sets it. */
    private static int captured(MemorySegment errno) {
        int value = errno.get(JAVA_INT, ERRNO);
        return value > 0 ? value : Errno.EIO;
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters), CAPTURE_ERRNO);
    }

    private static MethodHandle functionOrNull(String name, MemoryLayout result, MemoryLayout... parameters) {
        return SYMBOLS.find(name)
                .map(found -> LINKER.downcallHandle(found, FunctionDescriptor.of(result, parameters), CAPTURE_ERRNO))
                .orElse(null);
    }

    private static MethodHandle procedure(String name, MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.ofVoid(parameters));
    }

    private static MemorySegment find(String name) {
        return SYMBOLS.find(name).orElseThrow(() -> new UnsatisfiedLinkError(LIBRARY + " has no function " + name));
    }
}
