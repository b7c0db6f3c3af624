package io.smc4j.engine.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Questions about descriptors. Thread-safe as the kernel is. */
public final class Descriptors {

    private static final int FIONREAD = 0x541B;

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    /** Of all engines of the process. */
    private static final Level OPEN = new Level();

    private Descriptors() {
    }

    /** Descriptors that this package has opened, or been passed, and not closed. */
    public static Level open() {
        return OPEN;
    }

    /** Counts the result of a call that opens one, unless it is an error. */
    public static int opened(int result) {
        if (result >= 0) {
            OPEN.add(1);
        }
        return result;
    }

    static void closed() {
        OPEN.add(-1);
    }

    /** How many descriptors the process has; 0 if there is no {@code /proc} to ask. */
    public static long openInProcess() {
        try {
            // Since Linux 6.2 the size of the directory; proc_readfd_count in fs/proc/fd.c.
            long size = Files.size(OPEN_FILES);
            return size > 0 ? size : list();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    private static long list() throws IOException {
        try (Stream<Path> entries = Files.list(OPEN_FILES)) {
            // One of them is that of the list.
            return entries.count() - 1;
        }
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
