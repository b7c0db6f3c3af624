package io.smc4j.engine.os.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.lab.Guest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** All that one end of a link has. For one thread. */
final class VerbsEnd implements AutoCloseable {

    /** Only a failure takes so long. */
    static final Duration PATIENCE = Guest.patience(Duration.ofSeconds(6));

    /** Where its parts begin in {@link #memory}. */
    static final long RECEIVE = 0;
    static final long SEND = 4096;
    static final long SOURCE = 8192;
    static final long TARGET = 32768;
    private static final long SIZE = 65536;

    final int psn;
    final VerbsContext context;
    final ProtectionDomain domain;
    final CompletionChannel channel;
    final CompletionQueue queue;
    final QueuePair pair;
    final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 4096);
    final MemoryRegion region;
    final GidEntry gid;

    VerbsEnd(Guest.End end, int psn) throws VerbsException {
        this.psn = psn;
        context = Verbs.load().open(end.rdmaDevice());
        domain = context.allocateProtectionDomain();
        channel = context.createCompletionChannel();
        queue = context.createCompletionQueue(256, channel);
        pair = domain.createQueuePair(queue, queue, 48, 48, 64);
        region = domain.register(memory, true);
        gid = mappedAddress(context);
    }

    /** Brings both pairs to where they send. */
    static void connect(VerbsEnd a, VerbsEnd b) throws VerbsException {
        a.pair.toInit(1);
        b.pair.toInit(1);
        a.pair.toReadyToReceive(b.asRemote(), a.gid.index(), 1);
        b.pair.toReadyToReceive(a.asRemote(), b.gid.index(), 1);
        a.pair.toReadyToSend(a.psn);
        b.pair.toReadyToSend(b.psn);
    }

    /** The GID that is the port's IPv4 address. */
    static GidEntry mappedAddress(VerbsContext context) throws VerbsException {
        return context.gids(1).stream().filter(gid -> gid.high() == 0 && gid.low() >>> 32 == 0xFFFF).findFirst()
                .orElseThrow(() -> new AssertionError("no GID with an IPv4 address"));
    }

    private RemoteQueuePair asRemote() throws VerbsException {
        return new RemoteQueuePair(pair.qpn(), psn, gid.high(), gid.low(), context.port(1).mtuCode());
    }

    long address(long part) {
        return region.address() + part;
    }

    /** Spins until there is a completion, which must be the only one. */
    void awaitCompletion() {
        long start = System.nanoTime();
        int found = queue.poll();
        while (found == 0 && System.nanoTime() - start < PATIENCE.toNanos()) {
            Thread.onSpinWait();
            found = queue.poll();
        }
        assertThat(found).as("completions").isOne();
    }

    /** That the last poll's first completion is a success. */
    void assertCompleted(long wrId, int opcode) {
        assertThat(queue.status(0)).as(CompletionQueue.statusText(queue.status(0))).isEqualTo(CompletionQueue.SUCCESS);
        assertThat(queue.wrId(0)).as("wrId").isEqualTo(wrId);
        assertThat(queue.opcode(0)).as("opcode").isEqualTo(opcode);
        assertThat(queue.qpn(0)).as("QP").isEqualTo(pair.qpn());
    }

    /** That the last poll's first completion is a failure. */
    void assertFailed(long wrId, int status) {
        assertThat(queue.wrId(0)).as("wrId").isEqualTo(wrId);
        assertThat(CompletionQueue.statusText(queue.status(0))).isEqualTo(CompletionQueue.statusText(status));
    }

    @Override
    public void close() {
        pair.close();
        queue.close();
        channel.close();
        region.close();
        domain.close();
        context.close();
    }
}
