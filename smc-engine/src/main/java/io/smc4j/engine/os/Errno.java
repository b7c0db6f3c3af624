package io.smc4j.engine.os;

import java.util.Map;

/** Error numbers of Linux, the same on x86_64 and aarch64. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTDIR = 20;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int ENONET = 64;
    public static final int EPROTO = 71;
    public static final int ENOTSOCK = 88;
    public static final int EMSGSIZE = 90;
    public static final int EPROTOTYPE = 91;
    public static final int ENOPROTOOPT = 92;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENETRESET = 102;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ESHUTDOWN = 108;
    public static final int ETOOMANYREFS = 109;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;

    private static final Map<Integer, Description> DESCRIPTIONS = Map.ofEntries(
            entry(EPERM, "EPERM", "Operation not permitted"),
            entry(ENOENT, "ENOENT", "No such file or directory"),
            entry(ESRCH, "ESRCH", "No such process"),
            entry(EINTR, "EINTR", "Interrupted system call"),
            entry(EIO, "EIO", "Input/output error"),
            entry(EBADF, "EBADF", "Bad file descriptor"),
            entry(EAGAIN, "EAGAIN", "Resource temporarily unavailable"),
            entry(ENOMEM, "ENOMEM", "Cannot allocate memory"),
            entry(EACCES, "EACCES", "Permission denied"),
            entry(EFAULT, "EFAULT", "Bad address"),
            entry(EEXIST, "EEXIST", "File exists"),
            entry(ENODEV, "ENODEV", "No such device"),
            entry(EINVAL, "EINVAL", "Invalid argument"),
            entry(ENFILE, "ENFILE", "Too many open files in system"),
            entry(EMFILE, "EMFILE", "Too many open files"),
            entry(ENOTDIR, "ENOTDIR", "Not a directory"),
            entry(ENOSPC, "ENOSPC", "No space left on device"),
            entry(EROFS, "EROFS", "Read-only file system"),
            entry(EPIPE, "EPIPE", "Broken pipe"),
            entry(ERANGE, "ERANGE", "Numerical result out of range"),
            entry(ENOSYS, "ENOSYS", "Function not implemented"),
            entry(ELOOP, "ELOOP", "Too many levels of symbolic links"),
            entry(ENONET, "ENONET", "Machine is not on the network"),
            entry(EPROTO, "EPROTO", "Protocol error"),
            entry(ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket"),
            entry(EMSGSIZE, "EMSGSIZE", "Message too long"),
            entry(EPROTOTYPE, "EPROTOTYPE", "Protocol wrong type for socket"),
            entry(ENOPROTOOPT, "ENOPROTOOPT", "Protocol not available"),
            entry(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported"),
            entry(EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol"),
            entry(EADDRINUSE, "EADDRINUSE", "Address already in use"),
            entry(EADDRNOTAVAIL, "EADDRNOTAVAIL", "Cannot assign requested address"),
            entry(ENETDOWN, "ENETDOWN", "Network is down"),
            entry(ENETUNREACH, "ENETUNREACH", "Network is unreachable"),
            entry(ENETRESET, "ENETRESET", "Network dropped connection on reset"),
            entry(ECONNABORTED, "ECONNABORTED", "Software caused connection abort"),
            entry(ECONNRESET, "ECONNRESET", "Connection reset by peer"),
            entry(ENOBUFS, "ENOBUFS", "No buffer space available"),
            entry(EISCONN, "EISCONN", "Transport endpoint is already connected"),
            entry(ENOTCONN, "ENOTCONN", "Transport endpoint is not connected"),
            entry(ESHUTDOWN, "ESHUTDOWN", "Cannot send after transport endpoint shutdown"),
            entry(ETOOMANYREFS, "ETOOMANYREFS", "Too many references"),
            entry(ETIMEDOUT, "ETIMEDOUT", "Connection timed out"),
            entry(ECONNREFUSED, "ECONNREFUSED", "Connection refused"),
            entry(EHOSTDOWN, "EHOSTDOWN", "Host is down"),
            entry(EHOSTUNREACH, "EHOSTUNREACH", "No route to host"),
            entry(EALREADY, "EALREADY", "Operation already in progress"),
            entry(EINPROGRESS, "EINPROGRESS", "Operation now in progress"));

    private Errno() {
    }

    /** Text and name, such as {@code Connection refused (ECONNREFUSED)}. */
    public static String describe(int errno) {
        Description known = DESCRIPTIONS.get(errno);
        return known == null ? "error " + errno : known.text + " (" + known.name + ")";
    }

    /** Text alone, such as {@code Connection refused}. */
    static String text(int errno) {
        Description known = DESCRIPTIONS.get(errno);
        return known == null ? "error " + errno : known.text;
    }

    private static Map.Entry<Integer, Description> entry(int errno, String name, String text) {
        return Map.entry(errno, new Description(name, text));
    }

    private record Description(String name, String text) {
    }
}
