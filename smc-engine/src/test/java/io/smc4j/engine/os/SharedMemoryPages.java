package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** How much of a shared memory takes up pages, whoever has touched them. */
public final class SharedMemoryPages {

    private static final MethodHandle FSTAT = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().find("fstat").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final int STAT_SIZE = 144;
    /** Of st_blocks in struct stat, on x86-64 and on AArch64. */
    private static final int BLOCKS = 64;
    private static final int BLOCK = 512;

    private SharedMemoryPages() {
    }

    /** In bytes. */
    public static long allocated(SharedMemory memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(STAT_SIZE, 8);
            if ((int) FSTAT.invokeExact(memory.fd(), stat) != 0) {
                throw new IllegalStateException("fstat");
            }
            return stat.get(JAVA_LONG, BLOCKS) * BLOCK;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
