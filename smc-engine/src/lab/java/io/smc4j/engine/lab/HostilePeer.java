package io.smc4j.engine.lab;

import io.smc4j.engine.os.verbs.CompletionQueue;
import io.smc4j.engine.os.verbs.GidEntry;
import io.smc4j.engine.os.verbs.MemoryRegion;
import io.smc4j.engine.os.verbs.ProtectionDomain;
import io.smc4j.engine.os.verbs.QueuePair;
import io.smc4j.engine.os.verbs.RemoteQueuePair;
import io.smc4j.engine.os.verbs.Verbs;
import io.smc4j.engine.os.verbs.VerbsContext;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.CdcMessage;
import io.smc4j.engine.wire.ClcAcceptBody;
import io.smc4j.engine.wire.Llc;
import io.smc4j.engine.wire.LlcAddLink;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.LlcConfirmRkey;
import io.smc4j.engine.wire.LlcDeleteLink;
import io.smc4j.engine.wire.LlcDeleteRkey;
import io.smc4j.engine.wire.LlcFormatException;
import io.smc4j.engine.wire.LlcMessage;
import io.smc4j.engine.wire.LlcTestLink;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A peer over raw verbs, with one queue pair: it says what a case has it say, and answers LLC unless told not to. One
 * thread.
 */
final class HostilePeer implements AutoCloseable {

    static final int RMB_SIZE = 64 << 10;
    /** The longest message it sends. */
    static final int SLOT = 8192;
    private static final int SLOTS = 16;
    private static final long RMB = (long) SLOT * (SLOTS + 1);
    private static final long SOURCE = RMB + RMB_SIZE;
    private static final long PATIENCE_NANOS = Guest.patience(Duration.ofSeconds(10)).toNanos();
    private static final long PAUSE_NANOS = 100_000;
    private static final long SENT = -1;

    final long peerId = ThreadLocalRandom.current().nextLong() | 1L << 48;
    final MacAddress mac = new MacAddress(0x02_00_00_00_00_01L);
    final RoceGid gid;
    /** What it leaves unanswered. */
    final Set<Class<? extends LlcMessage>> silentTo = new HashSet<>();
    /** LLC messages that came. */
    final List<LlcMessage> came = new ArrayList<>();
    /** CDC messages that came. */
    final List<ByteBuffer> cdcs = new ArrayList<>();
    private final VerbsContext context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final QueuePair pair;
    private final MemorySegment memory = Arena.ofAuto().allocate(SOURCE + RMB_SIZE, 4096);
    private final MemoryRegion region;
    private final int gidIndex = Guest.gidIndex();
    private final int psn = ThreadLocalRandom.current().nextInt(1 << 24);
    private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
    private int sendStatus;

    HostilePeer(Guest.End end) throws VerbsException {
        context = Verbs.load().open(end.rdmaDevice());
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(256, null);
        pair = domain.createQueuePair(queue, queue, SLOTS, SLOTS, 0);
        region = domain.register(memory, true);
        GidEntry entry = context.gids(1).stream().filter(g -> g.index() == gidIndex).findFirst().orElseThrow();
        gid = new RoceGid(entry.high(), entry.low());
        pair.toInit(1);
    }

    /** What it says of itself in an Accept or Confirm, if it is honest there. */
    SmcrAcceptBody body(int token) {
        return body(token, region.rkey());
    }

    SmcrAcceptBody body(int token, int rkey) {
        return new SmcrAcceptBody(peerId, gid, mac, pair.qpn(), rkey, 1, token, ClcAcceptBody.sizeCode(RMB_SIZE), 3,
                region.address() + RMB, psn);
    }

    int rkey() {
        return region.rkey();
    }

    /** Connects the queue pairs; without receives, it takes no message ever. */
    void connect(SmcrAcceptBody victim, boolean receives) throws VerbsException {
        pair.toReadyToReceive(new RemoteQueuePair(victim.qpn(), victim.psn(), victim.gid().high(), victim.gid().low(),
                victim.pathMtuCode()), gidIndex, 1);
        for (int i = 0; receives && i < SLOTS; i++) {
            postReceive(i);
        }
        pair.toReadyToSend(psn);
    }

    private void postReceive(int slot) {
        pair.postReceive(slot, region.address() + (long) slot * SLOT, SLOT, region.lkey());
    }

    // ---- what it says

    /** Sends a message; returns how that ended. */
    int send(byte[] bytes) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, (long) SLOT * SLOTS, bytes.length);
        return await(pair.postSend(SENT, region.address() + (long) SLOT * SLOTS, bytes.length, region.lkey(), false));
    }

    int send(LlcMessage message) {
        byte[] bytes = new byte[message.length()];
        message.encode(ByteBuffer.wrap(bytes));
        return send(bytes);
    }

    int cdc(int sequence, int token, long producer, long consumer, int producerFlags, int stateFlags, int ringSize) {
        return cdc(sequence, token, (int) (producer / ringSize), (int) (producer % ringSize),
                (int) (consumer / RMB_SIZE), (int) (consumer % RMB_SIZE), producerFlags, stateFlags);
    }

    int cdc(int sequence, int token, int producerWrap, int producerCount, int consumerWrap, int consumerCount,
            int producerFlags, int stateFlags) {
        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
        CdcMessage.encode(message, 0, sequence, token, producerWrap, producerCount, consumerWrap, consumerCount,
                producerFlags, stateFlags);
        return send(message.array());
    }

    /** Writes to the victim's memory, or tries to; returns how that ended. */
    int write(byte[] bytes, long remoteAddress, int rkey) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, SOURCE, bytes.length);
        return await(pair.postWrite(SENT, region.address() + SOURCE, bytes.length, region.lkey(), remoteAddress, rkey,
                true));
    }

    private int await(int error) {
        if (error != 0) {
            throw new IllegalStateException("not posted: " + error);
        }
        sendStatus = -1;
        long start = System.nanoTime();
        while (sendStatus < 0) {
            poll();
            check(start);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return sendStatus;
    }

    // ---- what comes

    /** Takes and answers what comes until a condition holds. */
    void serve(BooleanSupplier until) {
        long start = System.nanoTime();
        while (!until.getAsBoolean()) {
            poll();
            for (byte[] message = inbox.poll(); message != null; message = inbox.poll()) {
                take(message);
            }
            check(start);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void check(long start) {
        if (System.nanoTime() - start > PATIENCE_NANOS) {
            throw new IllegalStateException("not within " + Duration.ofNanos(PATIENCE_NANOS));
        }
    }

    private void poll() {
        int n = queue.poll();
        for (int i = 0; i < n; i++) {
            long id = queue.wrId(i);
            if (id == SENT) {
                sendStatus = queue.status(i);
            } else if (queue.status(i) == CompletionQueue.SUCCESS) {
                inbox.add(memory.asSlice(id * SLOT, queue.byteLength(i))
                        .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
                postReceive((int) id);
            }
        }
    }

    private void take(byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes);
        if (CdcMessage.isCdc(message, 0, bytes.length)) {
            cdcs.add(message);
            return;
        }
        try {
            LlcMessage llc = LlcMessage.decode(message);
            came.add(llc);
            LlcMessage answer = llc.isResponse() || silentTo.contains(llc.getClass()) ? null : answer(llc);
            if (answer != null) {
                send(answer);
            }
        } catch (LlcFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    private LlcMessage answer(LlcMessage request) {
        return switch (request) {
            case LlcConfirmLink confirm -> confirm.response(mac, gid, pair.qpn(), 1);
            case LlcTestLink test -> test.response();
            case LlcConfirmRkey confirm -> confirm.response();
            case LlcDeleteRkey delete -> delete.response(Set.of());
            case LlcDeleteLink delete -> delete.response(Llc.DELETED);
            case LlcAddLink add -> add.reject();
            default -> null;
        };
    }

    /** The last message of this kind that came; {@code null} if none did. */
    <T extends LlcMessage> T last(Class<T> kind) {
        return came.stream().filter(kind::isInstance).map(kind::cast).reduce((a, b) -> b).orElse(null);
    }

    /** How many messages of this kind came. */
    long count(Class<? extends LlcMessage> kind) {
        return came.stream().filter(kind::isInstance).count();
    }

    /** Whether a connection's state flags were told by the victim. */
    boolean wasTold(int token, int stateFlags) {
        return cdcs.stream().anyMatch(cdc -> CdcMessage.token(cdc, 0) == token
                && (CdcMessage.stateFlags(cdc, 0) & stateFlags) == stateFlags);
    }

    int qpn() {
        return pair.qpn();
    }

    /** The queue pair is gone, all of a sudden. */
    void destroyQueuePair() {
        pair.close();
    }

    @Override
    public void close() {
        pair.close();
        queue.close();
        region.close();
        domain.close();
        context.close();
    }
}
