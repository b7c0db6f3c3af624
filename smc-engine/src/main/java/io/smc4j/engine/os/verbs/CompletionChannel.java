package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Makes completions readable as events of a descriptor. Used by one thread at a time; closed after its completion
 * queues.
 */
public final class CompletionChannel extends NativeObject {

    private final int fd;
    private final MemorySegment queue = Arena.ofAuto().allocate(JAVA_LONG);
    private final MemorySegment queueContext = Arena.ofAuto().allocate(JAVA_LONG);

    private CompletionChannel(VerbsContext context, long pointer) {
        super(context, pointer);
        fd = MemorySegment.ofAddress(pointer).reinterpret(Abi.COMP_CHANNEL_SIZE).get(JAVA_INT, Abi.COMP_CHANNEL_FD);
    }

    static CompletionChannel of(VerbsContext context, long pointer) throws VerbsException {
        CompletionChannel channel = new CompletionChannel(context, pointer);
        try {
            Sockets.setBlocking(channel.fd, false);
            return channel;
        } catch (OsException e) {
            channel.close();
            throw VerbsException.of(e.getMessage(), e.errno());
        }
    }

    /** A non-blocking descriptor that is readable while {@link #drain} has something; closed with the channel. */
    public int fd() {
        return fd;
    }

    /**
     * Takes all events and acknowledges them. Each stands for one {@link CompletionQueue#arm}, which must be repeated.
     * Allocates nothing.
     *
     * @return how many there were; 0 if closed
     */
    public int drain() {
        long channel = pointerOrZero();
        int events = 0;
        while (channel != 0 && VerbsCalls.getCqEvent(channel, queue, queueContext) == 0) {
            VerbsCalls.ackCqEvents(queue.get(JAVA_LONG, 0), 1);
            events++;
        }
        return events;
    }

    @Override
    void destroy(long pointer) {
        VerbsCalls.destroyCompChannel(pointer);
    }
}
