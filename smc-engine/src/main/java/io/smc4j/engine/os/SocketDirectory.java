package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A directory of UNIX sockets, held open: whatever becomes of its path, this is the directory that was looked at first.
 * Paths in it begin with {@code /proc/self/fd}, so that they fit into a socket address, whatever its own path is.
 * Nothing in it is taken for what it was a moment ago: an entry is opened without following a link, looked at, and
 * connected to by its descriptor. Thread-safe.
 */
public final class SocketDirectory implements AutoCloseable {

    /** Who may what, and what it is: stat(2), {@code st_mode}. */
    private static final int S_IFMT = 0xF000;
    private static final int S_IFSOCK = 0xC000;
    private static final int S_ISVTX = 0x200;
    private static final int S_IWOTH = 0x2;

    /** For open(2): the place in the file system only; the file is not opened, so that nothing can make this wait. */
    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;

    private final int fd;
    private final Path path;

    private SocketDirectory(int fd) {
        this.fd = fd;
        this.path = ofDescriptor(fd);
    }

    private static Path ofDescriptor(int descriptor) {
        return Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    /**
     * Opens a directory.
     *
     * @throws OsException with {@code ENOENT}, {@code ENOTDIR} (also for a symbolic link) or {@code EACCES}
     */
    public static SocketDirectory open(String path) throws OsException {
        return new SocketDirectory(open(AT_FDCWD, path, O_PATH | O_CLOEXEC | Platform.current().noFollow()
                | Platform.current().directory()));
    }

    private static int open(int directory, String name, int flags) throws OsException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.buffer().asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
            scratch.buffer().set(JAVA_BYTE, bytes.length, (byte) 0);
            return OsException.check("open", FileCalls.openAt(scratch, directory, flags));
        }
    }

    /** Whether others than its owner may rename and remove what lies in it. */
    public boolean isAtOthersMercy() throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode");
        return (mode & S_IWOTH) != 0 && (mode & S_ISVTX) == 0;
    }

    /** When anything was added, removed or renamed last. */
    public FileTime lastChange() throws IOException {
        return Files.getLastModifiedTime(path);
    }

    /**
     * The names in it.
     *
     * @param most how many are looked at; the rest is left out
     */
    public List<String> names(int most) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (names.size() == most) {
                    break;
                }
                names.add(entry.getFileName().toString());
            }
        }
        return names;
    }

    /**
     * Has a socket accept connections of whoever may use the directory. It appears under its name when it does so, and
     * not before.
     */
    public int listen(String name, int backlog) throws IOException {
        Path ahead = path.resolve("." + name);
        Files.deleteIfExists(ahead);
        int listener = UnixSockets.listenAt(ahead.toString(), backlog);
        try {
            // To connect takes the right to write. Who may come at all the directory says.
            Files.setPosixFilePermissions(ahead, PosixFilePermissions.fromString("rw-rw-rw-"));
            Files.move(ahead, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return listener;
        } catch (IOException e) {
            Sockets.close(listener);
            Files.deleteIfExists(ahead);
            throw e;
        }
    }

    /** A socket in the directory, and whose it is. */
    public static final class Entry implements AutoCloseable {

        private final int place;
        private final int owner;

        private Entry(int place, int owner) {
            this.place = place;
            this.owner = owner;
        }

        /** The user who has made it, as a number. */
        public int owner() {
            return owner;
        }

        /**
         * Opens a connection, which stands when this returns. Never waits.
         *
         * @throws OsException with {@code ECONNREFUSED} if nobody listens any more; with {@code EAGAIN} if the backlog
         *        is full; with {@code EACCES} if this process may not
         */
        public int connect() throws OsException {
            return UnixSockets.connectAt(ofDescriptor(place).toString());
        }

        @Override
        public void close() {
            Sockets.close(place);
        }
    }

    /**
     * Looks at an entry.
     *
     * @return {@code null} if there is no socket of that name
     */
    public Entry find(String name) throws IOException {
        int place;
        try {
            place = open(fd, name, O_PATH | O_CLOEXEC | Platform.current().noFollow());
        } catch (OsException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
        try {
            Map<String, Object> facts = Files.readAttributes(ofDescriptor(place), "unix:mode,uid");
            if (((int) facts.get("mode") & S_IFMT) == S_IFSOCK) {
                return new Entry(place, (int) facts.get("uid"));
            }
        } catch (IOException | RuntimeException e) {
            Sockets.close(place);
            throw e;
        }
        Sockets.close(place);
        return null;
    }

    /** Removes an entry; nothing happens if there is none. */
    public void remove(String name) throws IOException {
        Files.deleteIfExists(path.resolve(name));
    }

    @Override
    public void close() {
        Sockets.close(fd);
    }
}
