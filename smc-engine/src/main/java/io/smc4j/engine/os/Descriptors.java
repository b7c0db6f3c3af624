package io.smc4j.engine.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Questions about descriptors. Thread-safe as the kernel is. */
public final class Descriptors {

    private static final int FIONREAD = 0x541B;

    private Descriptors() {
    }

    /**
     * How many bytes of a socket can be read at once. Unlike {@link Sockets#peek}, leaves a pending error to the next
     * read or write.
     */
    public static int available(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.setLong(NativeScratch.VALUE, 0);
            OsException.check("ioctl(FIONREAD)", FileCalls.ioctl(scratch, fd, FIONREAD));
            return scratch.getInt(NativeScratch.VALUE);
        }
    }

    /** The inode number of a socket, unique in the host while it is open; 0 if there is no {@code /proc} to ask. */
    public static long inode(int fd) {
        try {
            return (long) Files.getAttribute(Path.of("/proc/self/fd", Integer.toString(fd)), "unix:ino");
        } catch (IOException e) {
            return 0;
        }
    }
}
