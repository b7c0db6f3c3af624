package io.smc4j.engine.os.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Descriptors;
import io.smc4j.engine.os.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The system calls of this package. Each returns its result or the negated error number. */
final class BpfCalls {

    static final int BPF_MAP_CREATE = 0;
    static final int BPF_MAP_LOOKUP_ELEM = 1;
    static final int BPF_MAP_UPDATE_ELEM = 2;
    static final int BPF_MAP_DELETE_ELEM = 3;
    static final int BPF_PROG_LOAD = 5;
    static final int BPF_LINK_CREATE = 28;

    /** Bytes of the attributes passed with each command; what a kernel does not know of them has to be zero. */
    static final int ATTRIBUTES_SIZE = 128;

    private static final int O_CLOEXEC = 0x80000;
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_SHARED = 0x1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private static final MethodHandle SYSCALL = function("syscall", Linker.Option.firstVariadicArg(1),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle OPEN = function("open", Linker.Option.firstVariadicArg(2),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MMAP = function("mmap", null,
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            function("munmap", null, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle GETSOCKOPT = function("getsockopt", null,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private BpfCalls() {
    }

    private static MethodHandle function(String name, Linker.Option variadic, FunctionDescriptor descriptor) {
        MemorySegment address = LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
        return variadic == null
                ? LINKER.downcallHandle(address, descriptor, CAPTURE_ERRNO)
                : LINKER.downcallHandle(address, descriptor, CAPTURE_ERRNO, variadic);
    }

    /** The number of bpf(2); -1 on a processor this package does not know. */
    private static long bpfNumber() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> 321;
            case "aarch64", "arm64" -> 280;
            default -> -1;
        };
    }

    /** A command of bpf(2) with attributes of {@link #ATTRIBUTES_SIZE} bytes. */
    static int bpf(int command, MemorySegment attributes) {
        long number = bpfNumber();
        if (number < 0) {
            return -Errno.ENOSYS;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = (int) resultOrErrno(
                    (long) SYSCALL.invokeExact(state, number, command, attributes, ATTRIBUTES_SIZE), state);
            return switch (command) {
                case BPF_MAP_CREATE, BPF_PROG_LOAD, BPF_LINK_CREATE -> Descriptors.opened(result);
                default -> result;
            };
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Opens a file or directory for reading. */
    static int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment name = arena.allocateFrom(path);
            return Descriptors.opened((int) resultOrErrno((int) OPEN.invokeExact(state, name, O_CLOEXEC), state));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Maps a file from its beginning, shared, for reading and writing; returns the address. */
    static long mapShared(int fd, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            return resultOrErrno(
                    (long) MMAP.invokeExact(state, 0L, size, PROT_READ_WRITE, MAP_SHARED, fd, 0L), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int unmap(MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            return (int) resultOrErrno((int) MUNMAP.invokeExact(state, memory, memory.byteSize()), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Fills memory with the value of an option; returns the bytes of it. */
    static int getsockopt(int fd, int level, int name, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            long result = resultOrErrno((int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
            return result < 0 ? (int) result : length.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long resultOrErrno(long result, MemorySegment state) {
        return result != -1 ? result : -(int) ERRNO.get(state, 0L);
    }

    private static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        throw new AssertionError(thrown);
    }
}
