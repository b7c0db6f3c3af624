package io.smc4j.engine.smcr;

import io.smc4j.engine.os.verbs.MemoryRegion;
import io.smc4j.engine.os.verbs.QueuePair;
import io.smc4j.engine.wire.Llc;
import io.smc4j.engine.wire.LlcMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The sending half of a link: messages of any thread, one at a time under the queue's lock. At most {@value #SLOTS} are
 * under way, as with the kernel. Who finds no slot free is served when one is; a connection then sends all it has by
 * one message.
 */
final class SendQueue {

    static final int SLOTS = 16;
    /** RDMA writes of one message: a piece ends where one of the two rings does. */
    private static final int WRITES = 3;
    static final int WORK_REQUESTS = SLOTS * (WRITES + 1);
    /** Messages that may wait for a slot; more only come up if the peer asks and asks and takes no answers. */
    private static final int MAX_UNSENT = 256;

    private final SmcrPeerRing.Path path;
    private final QueuePair pair;
    private final MemoryRegion region;
    private final ByteBuffer buffers;
    private final int stride;
    private final long sendId;
    private final long writeId;
    private final Consumer<String> onFailure;

    private final ReentrantLock lock = new ReentrantLock();
    private final int[] freeSlots = new int[SLOTS];
    private int freeCount = SLOTS;
    private final SmcrPeerRing[] senders = new SmcrPeerRing[SLOTS];
    private final int[] sequences = new int[SLOTS];
    private final ArrayDeque<SmcrPeerRing> pending = new ArrayDeque<>();
    private final ArrayDeque<LlcMessage> unsent = new ArrayDeque<>();
    private boolean sendable;
    private boolean closed;

    /**
     * Sends from the first {@value #SLOTS} messages of a memory.
     *
     * @param path the link, as connections know it
     * @param region of {@code buffers}
     * @param stride bytes from one message to the next
     * @param sendId id of the work request that sends slot 0
     * @param writeId id of all RDMA writes
     * @param onFailure told, with the lock held, when nothing can be sent any more
     */
    SendQueue(SmcrPeerRing.Path path, QueuePair pair, MemoryRegion region, ByteBuffer buffers, int stride, long sendId,
            long writeId, Consumer<String> onFailure) {
        this.path = path;
        this.pair = pair;
        this.region = region;
        this.buffers = buffers;
        this.stride = stride;
        this.sendId = sendId;
        this.writeId = writeId;
        this.onFailure = onFailure;
        for (int i = 0; i < SLOTS; i++) {
            freeSlots[i] = i;
        }
    }

    /** The queue pair takes work requests now. */
    void open() {
        lock.lock();
        try {
            sendable = !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Sends an LLC message, now or when a slot is free. */
    void send(LlcMessage message) {
        lock.lock();
        try {
            if (unsent.size() == MAX_UNSENT) {
                fail("messages not taken by the peer");
            } else if (!closed) {
                unsent.add(message);
                drain();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends what a connection has to say, now or when a slot is free. */
    void flush(SmcrPeerRing ring) {
        lock.lock();
        try {
            if (freeCount == 0 || !unsent.isEmpty()) {
                if (sendable) {
                    flushAgain(ring);
                }
            } else if (sendable) {
                ring.begin();
                post(ring);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has a connection's turn come once more; with the lock held. */
    void flushAgain(SmcrPeerRing ring) {
        if (!ring.isPending) {
            ring.isPending = true;
            ring.begin();
            pending.add(ring);
        }
    }

    void whileLocked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        while (sendable && freeCount > 0 && !unsent.isEmpty()) {
            post(unsent.poll());
        }
        while (sendable && freeCount > 0 && !pending.isEmpty()) {
            SmcrPeerRing ring = pending.poll();
            ring.isPending = false;
            post(ring);
        }
    }

    private void post(LlcMessage message) {
        int slot = freeSlots[--freeCount];
        message.encode(buffers.slice(slot * stride, message.length()));
        send(slot, message.length());
    }

    private void post(SmcrPeerRing ring) {
        int slot = freeSlots[--freeCount];
        senders[slot] = ring;
        int error = ring.post(path, buffers, slot * stride);
        sequences[slot] = ring.sequence();
        if (error != 0) {
            refused(error);
            return;
        }
        send(slot, Llc.LENGTH);
    }

    private void send(int slot, int length) {
        int error = pair.postSend(sendId | slot, region.address() + (long) slot * stride, length, region.lkey(),
                length <= pair.maxInline());
        if (error != 0) {
            refused(error);
        }
    }

    /** Posts an RDMA write; with the lock held. Returns 0 or an error number. */
    int write(MemoryRegion source, int offset, int length, long remoteAddress, int rkey) {
        return pair.postWrite(writeId, source.address() + offset, length, source.lkey(), remoteAddress, rkey, false);
    }

    private void refused(int errno) {
        fail("work request refused, error " + errno);
    }

    private void fail(String reason) {
        sendable = false;
        onFailure.accept(reason);
    }

    /** Whether messages are under way. */
    boolean isBusy() {
        lock.lock();
        try {
            return sendable && freeCount < SLOTS;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The work request of a slot is complete.
     *
     * @param delivered whether the peer has the message
     */
    void release(int slot, boolean delivered) {
        SmcrPeerRing ring;
        lock.lock();
        try {
            ring = senders[slot];
            if (ring != null && delivered) {
                ring.delivered(sequences[slot]);
            }
            senders[slot] = null;
            freeSlots[freeCount++] = slot;
            drain();
        } finally {
            lock.unlock();
        }
        if (ring != null) {
            ring.completed();
        }
    }

    /** Nothing is sent any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            sendable = false;
            unsent.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The queue pair is gone, and with it what was under way. */
    void free() {
        for (int slot = 0; slot < SLOTS; slot++) {
            SmcrPeerRing ring = senders[slot];
            senders[slot] = null;
            if (ring != null) {
                ring.completed();
            }
        }
        // Whether they wait for their turn is the other link's to say now, if they go on over one.
        pending.forEach(SmcrPeerRing::completed);
        pending.clear();
    }
}
