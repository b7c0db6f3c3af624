package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * Users and groups of this system, by name: of the container, if this is one. The C library may ask a directory service
 * for them, which takes its time. Thread-safe.
 */
public final class Users {

    private static final MethodHandle GETPWNAM_R =
            LibC.function("getpwnam_r", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GETGRNAM_R =
            LibC.function("getgrnam_r", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);

    /** Of pw_uid in struct passwd and of gr_gid in struct group, in glibc and musl: behind two pointers. */
    private static final long ID = NativeScratch.CONTROL + 16;

    private static final long FIRST_SIZE = 4 * 1024;
    /** Enough for a group of some 100,000 members, whose names lie in the buffer. */
    private static final long LAST_SIZE = 4 * 1024 * 1024;

    private Users() {
    }

    /** The id of a user, whose bits are an unsigned number; empty if there is no such user. */
    public static OptionalInt userId(String name) throws OsException {
        return find("getpwnam_r", GETPWNAM_R, name, FIRST_SIZE);
    }

    /** The id of a group, whose bits are an unsigned number; empty if there is no such group. */
    public static OptionalInt groupId(String name) throws OsException {
        return groupId(name, FIRST_SIZE);
    }

    /** @param size bytes of the first buffer that is tried */
    static OptionalInt groupId(String name, long size) throws OsException {
        return find("getgrnam_r", GETGRNAM_R, name, size);
    }

    private static OptionalInt find(String call, MethodHandle function, String name, long firstSize)
            throws OsException {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return OptionalInt.empty();
        }
        try (Arena arena = Arena.ofConfined(); NativeScratch scratch = NativeScratch.acquire()) {
            MemorySegment cName = arena.allocateFrom(name);
            long size = firstSize;
            int error = call(function, scratch, cName, arena.allocate(size));
            while (error == Errno.EINTR || error == Errno.ERANGE && size < LAST_SIZE) {
                size = error == Errno.ERANGE ? 4 * size : size;
                error = call(function, scratch, cName, arena.allocate(size));
            }
            return switch (error) {
                case 0 -> scratch.getLong(NativeScratch.VALUE) == 0
                        ? OptionalInt.empty() : OptionalInt.of(scratch.getInt(ID));
                // So some libraries say that there is none, see getpwnam_r(3).
                case Errno.ENOENT, Errno.ESRCH -> OptionalInt.empty();
                default -> throw OsException.of(call, error);
            };
        }
    }

    /** Fills {@link NativeScratch#CONTROL} and {@link NativeScratch#VALUE}; the result is an error number or 0. */
    private static int call(MethodHandle function, NativeScratch scratch, MemorySegment name, MemorySegment buffer) {
        try {
            return (int) function.invokeExact(scratch.errnoCapture(), name, scratch.address(NativeScratch.CONTROL),
                    buffer, buffer.byteSize(), scratch.address(NativeScratch.VALUE));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
