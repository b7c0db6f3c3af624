package io.smc4j.engine.reach;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketDirectory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.Gid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Sockets in a directory that look like engines' and are none. */
final class Troublemaker implements AutoCloseable {

    enum Kind {
        /** Nobody listens any more. */
        DEAD,
        /** Accepts whoever comes, and says nothing. */
        MUTE,
        /** Claims every connection that it is asked for. */
        LIAR
    }

    /** A packet: type, number, 0 for "mine", port 4, address 16; of the question's fields it has number and address. */
    private static final int ANSWER = 0x534D414E;
    private static final int ANSWER_LENGTH = 32;
    private static final int QUESTION = 0x534D5155;
    private static final int NUMBER_AT = 8;
    private static final int CALLED_AT = 36;
    private static final int CALLED_PORT_AT = 54;
    private static final int BACKLOG = 128;
    private static final long POLL_MILLIS = 100;

    private final Path directory;
    private final Path hidden;
    private final AtomicInteger lies = new AtomicInteger();
    private final List<Integer> listeners = new ArrayList<>();
    private volatile boolean closed;

    /** @param hidden where a real engine has its socket, which takes the place of a liar's; {@code null} for none */
    Troublemaker(Path directory, Path hidden) {
        this.directory = directory;
        this.hidden = hidden;
    }

    /** Makes sockets; their names are those of engines that there are not. */
    void make(Kind kind, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            make(kind, Gid.random().toString());
        }
    }

    private void make(Kind kind, String name) throws IOException {
        try (SocketDirectory opened = SocketDirectory.open(directory.toString())) {
            int listener = opened.listen(name, BACKLOG);
            if (kind == Kind.DEAD) {
                Sockets.close(listener);
            } else {
                listeners.add(listener);
                Thread.ofPlatform().daemon().start(() -> receive(listener, kind, name));
            }
        }
    }

    /** Lies in the name of a real engine, which then is what the liar was. */
    void lieFor(String engine) throws IOException {
        make(Kind.LIAR, engine);
    }

    int lies() {
        return lies.get();
    }

    private void receive(int listener, Kind kind, String name) {
        try {
            while (!closed) {
                if (Sockets.poll(listener, Sockets.POLLIN, POLL_MILLIS) != 0) {
                    int guest = UnixSockets.accept(listener);
                    if (guest >= 0 && kind == Kind.LIAR) {
                        Thread.ofPlatform().daemon().start(() -> lie(guest, name));
                    }
                }
            }
        } catch (IOException e) {
            if (!closed) {
                e.printStackTrace();
            }
        }
    }

    private void lie(int guest, String name) {
        ByteBuffer packet = ByteBuffer.allocateDirect(UnixSockets.MAX_MESSAGE_SIZE);
        try {
            while (!closed) {
                if (Sockets.poll(guest, Sockets.POLLIN, POLL_MILLIS) == 0) {
                    continue;
                }
                int length = Sockets.read(guest, packet.clear());
                if (length == Sockets.EOF) {
                    return;
                }
                if (length > CALLED_PORT_AT && packet.getInt(0) == QUESTION) {
                    answer(guest, packet, name);
                }
            }
        } catch (IOException e) {
            // The client has had enough.
        } finally {
            Sockets.close(guest);
        }
    }

    private void answer(int guest, ByteBuffer question, String name) throws IOException {
        // The first one is but a greeting.
        if (question.getInt(NUMBER_AT) != 0) {
            lies.incrementAndGet();
            showEngine(name);
        }
        ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_LENGTH).putInt(ANSWER).putInt(question.getInt(NUMBER_AT))
                .putInt(0).putInt(Short.toUnsignedInt(question.getShort(CALLED_PORT_AT)))
                .put(question.slice(CALLED_AT, 16)).flip();
        Sockets.write(guest, answer);
    }

    private synchronized void showEngine(String name) throws IOException {
        if (hidden != null && Files.exists(hidden.resolve(name))) {
            Files.move(hidden.resolve(name), directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void close() throws OsException {
        closed = true;
        listeners.forEach(Sockets::close);
    }
}
