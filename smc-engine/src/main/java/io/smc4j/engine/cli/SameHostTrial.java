package io.smc4j.engine.cli;

import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.Futex;
import io.smc4j.engine.os.NativeAccess;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Does once, within this process, what two processes do to share memory. A sandbox may forbid each of these calls, and
 * only a trial tells.
 */
final class SameHostTrial {

    private static final int SIZE = 4096;
    private static final long MARK = 0x736D63346AL;

    private SameHostTrial() {
    }

    /** What fails, in one line; {@code null} if nothing does. */
    static String failure() {
        if (!NativeAccess.isAvailable()) {
            return NativeAccess.unavailabilityCause();
        }
        try {
            wake();
            return share() ? null : "memory passed to another socket is not the same memory there";
        } catch (OsException e) {
            return e.getMessage();
        }
    }

    private static void wake() throws OsException {
        int doorbell = EventFd.create();
        try {
            EventFd.signal(doorbell);
            EventFd.drain(doorbell);
        } finally {
            Sockets.close(doorbell);
        }
    }

    private static boolean share() throws OsException {
        try (SharedMemory ours = SharedMemory.create("smc4j-probe", SIZE)) {
            ours.segment().set(ValueLayout.JAVA_LONG, 0, MARK);
            Futex.wake(ours.segment(), 0, 1);
            try (SharedMemory theirs = SharedMemory.map(passOn(ours.fd()), SIZE)) {
                return theirs.segment().get(ValueLayout.JAVA_LONG, 0) == MARK;
            }
        }
    }

    /** Sends a descriptor to ourselves; the duplicate that arrives. */
    private static int passOn(int descriptor) throws OsException {
        String name = "smc4j-probe-" + UUID.randomUUID();
        int listener = UnixSockets.listen(name, 1);
        try {
            int sender = UnixSockets.connect(name);
            try {
                int receiver = UnixSockets.accept(listener);
                try {
                    int[] received = {-1};
                    UnixSockets.send(sender, ByteBuffer.wrap(new byte[1]), descriptor);
                    UnixSockets.receive(receiver, ByteBuffer.allocate(1), received);
                    return received[0];
                } finally {
                    Sockets.close(receiver);
                }
            } finally {
                Sockets.close(sender);
            }
        } finally {
            Sockets.close(listener);
        }
    }
}
