package io.smc4j.engine.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Finds functions of the C library.
 *
 * <p>The classes that use them follow the kernel's own convention: a call returns its result, or the negated error
 * number. Memory that is certainly alive during a call (a {@link NativeScratch} in use) is passed by its address, as a
 * {@code long}; all other memory is passed as a segment, which keeps it from being freed under the call.
 */
final class LibC {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private LibC() {
    }

    /** A function whose handle takes the memory for {@code errno} as its first argument. */
    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters), CAPTURE_ERRNO);
    }

    /** Like {@link #function}, for a function with variable arguments, which begin at {@code firstVariadic}. */
    static MethodHandle variadic(String name, int firstVariadic, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters), CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** Like {@link #variadic}, for a function that does not tell why it failed. */
    static MethodHandle variadicWithoutErrno(String name, int firstVariadic, MemoryLayout result,
            MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    /**
     * A function that does not tell why it failed; unlike the others it makes no object, also where the compiler cannot
     * tell.
     */
    static MethodHandle withoutErrno(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters));
    }

    /** A function that returns at once, whatever happens: the garbage collector cannot start before it does. */
    static MethodHandle critical(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters),
                Linker.Option.critical(false));
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

    private static MemorySegment find(String name) {
        return LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
    }
}
