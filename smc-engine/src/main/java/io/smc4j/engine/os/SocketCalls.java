package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The system calls about sockets. Each returns its result or the negated error number. */
final class SocketCalls {

    private static final MethodHandle SOCKET = LibC.function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = LibC.function("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CONNECT = LibC.function("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle LISTEN = LibC.function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT4 =
            LibC.function("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            LibC.function("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GETPEERNAME =
            LibC.function("getpeername", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GETSOCKOPT =
            LibC.function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            LibC.function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SHUTDOWN = LibC.function("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle RECV =
            LibC.function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND =
            LibC.function("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMSG = LibC.function("recvmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMSG = LibC.function("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);

    private SocketCalls() {
    }

    static int socket(NativeScratch scratch, int domain, int type, int protocol) {
        try {
            return Descriptors.opened(scratch.resultOrErrno(
                    (int) SOCKET.invokeExact(scratch.errnoCapture(), domain, type, protocol)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Binds to {@link NativeScratch#SOCKET_ADDRESS}. */
    static int bind(NativeScratch scratch, int fd, int addressLength) {
        try {
            return scratch.resultOrErrno((int) BIND.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.SOCKET_ADDRESS), addressLength));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Connects to {@link NativeScratch#SOCKET_ADDRESS}. */
    static int connect(NativeScratch scratch, int fd, int addressLength) {
        try {
            return scratch.resultOrErrno((int) CONNECT.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.SOCKET_ADDRESS), addressLength));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static int listen(NativeScratch scratch, int fd, int backlog) {
        try {
            return scratch.resultOrErrno((int) LISTEN.invokeExact(scratch.errnoCapture(), fd, backlog));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Fills {@link NativeScratch#SOCKET_ADDRESS} and {@link NativeScratch#LENGTH}. */
    static int accept4(NativeScratch scratch, int fd, int flags) {
        scratch.setInt(NativeScratch.LENGTH, NativeScratch.SOCKET_ADDRESS_SIZE);
        try {
            return Descriptors.opened(scratch.resultOrErrno((int) ACCEPT4.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.SOCKET_ADDRESS), scratch.address(NativeScratch.LENGTH), flags)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Fills {@link NativeScratch#SOCKET_ADDRESS} and {@link NativeScratch#LENGTH}. */
    static int getsockname(NativeScratch scratch, int fd) {
        scratch.setInt(NativeScratch.LENGTH, NativeScratch.SOCKET_ADDRESS_SIZE);
        try {
            return scratch.resultOrErrno((int) GETSOCKNAME.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.SOCKET_ADDRESS), scratch.address(NativeScratch.LENGTH)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Fills {@link NativeScratch#SOCKET_ADDRESS} and {@link NativeScratch#LENGTH}. */
    static int getpeername(NativeScratch scratch, int fd) {
        scratch.setInt(NativeScratch.LENGTH, NativeScratch.SOCKET_ADDRESS_SIZE);
        try {
            return scratch.resultOrErrno((int) GETPEERNAME.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.SOCKET_ADDRESS), scratch.address(NativeScratch.LENGTH)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Fills a part of the scratch memory with up to {@code size} bytes. */
    static int getsockopt(NativeScratch scratch, int fd, int level, int name, long part, int size) {
        return getsockoptInto(scratch, fd, level, name, scratch.address(part), size);
    }

    /** Fills memory that is certainly alive, and {@link NativeScratch#LENGTH}. */
    static int getsockoptInto(NativeScratch scratch, int fd, int level, int name, long address, int size) {
        scratch.setInt(NativeScratch.LENGTH, size);
        try {
            return scratch.resultOrErrno((int) GETSOCKOPT.invokeExact(scratch.errnoCapture(), fd, level, name,
                    address, scratch.address(NativeScratch.LENGTH)));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Takes the value from a part of the scratch memory. */
    static int setsockopt(NativeScratch scratch, int fd, int level, int name, long part, int size) {
        try {
            return scratch.resultOrErrno((int) SETSOCKOPT.invokeExact(scratch.errnoCapture(), fd, level, name,
                    scratch.address(part), size));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static int shutdown(NativeScratch scratch, int fd, int how) {
        try {
            return scratch.resultOrErrno((int) SHUTDOWN.invokeExact(scratch.errnoCapture(), fd, how));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static long recv(NativeScratch scratch, int fd, MemorySegment buffer, long length, int flags) {
        try {
            return scratch.resultOrErrno((long) RECV.invokeExact(scratch.errnoCapture(), fd, buffer, length, flags));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    static long send(NativeScratch scratch, int fd, MemorySegment buffer, long length, int flags) {
        try {
            return scratch.resultOrErrno((long) SEND.invokeExact(scratch.errnoCapture(), fd, buffer, length, flags));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Receives as {@link NativeScratch#MESSAGE_HEADER} says. */
    static long recvmsg(NativeScratch scratch, int fd, int flags) {
        try {
            return scratch.resultOrErrno((long) RECVMSG.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.MESSAGE_HEADER), flags));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Sends what {@link NativeScratch#MESSAGE_HEADER} says. */
    static long sendmsg(NativeScratch scratch, int fd, int flags) {
        try {
            return scratch.resultOrErrno((long) SENDMSG.invokeExact(scratch.errnoCapture(), fd,
                    scratch.address(NativeScratch.MESSAGE_HEADER), flags));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
