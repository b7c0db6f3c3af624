package io.smc4j.engine.os.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.smc4j.engine.lab.Guest.End;
import io.smc4j.engine.lab.GuestCase;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The verbs between two devices. */
final class VerbsLabCase {

    @GuestCase
    void gids() throws Exception {
        Verbs verbs = Verbs.load();
        assertThat(verbs.deviceNames()).contains(End.A.rdmaDevice(), End.B.rdmaDevice());
        try (VerbsContext context = verbs.open(End.A.rdmaDevice())) {
            assertThat(context.ports()).isOne();
            PortAttributes port = context.port(1);
            assertThat(port.active()).as(port.toString()).isTrue();
            assertThat(port.ethernet()).as(port.toString()).isTrue();
            assertThat(port.mtuCode()).isBetween(1, 5);
            List<GidEntry> gids = context.gids(1);
            GidEntry mapped = VerbsEnd.mappedAddress(context);
            assertThat(mapped.type()).isEqualTo(GidEntry.Type.ROCE_V2);
            assertThat(mapped.netdev()).isEqualTo(End.A.networkDevice());
            assertThat(new GidTable(context).readOneByOne(1)).as("the other way").isEqualTo(gids);
        }
    }

    @GuestCase
    void messagesAndWritesGoBothWays() throws Exception {
        try (VerbsEnd a = new VerbsEnd(End.A, 0x111111); VerbsEnd b = new VerbsEnd(End.B, 0xFFFFFE)) {
            VerbsEnd.connect(a, b);
            for (int round = 0; round < 3; round++) {
                transfer(a, b, round);
                transfer(b, a, 100 + round);
            }
        }
    }

    private static void transfer(VerbsEnd from, VerbsEnd to, int seed) throws Exception {
        int length = 10_000;
        boolean inline = seed % 2 == 0;
        assertThat(to.pair.postReceive(seed, to.address(VerbsEnd.RECEIVE), 44, to.region.lkey())).isZero();
        assertThat(to.queue.arm()).isZero();
        assertThat(to.queue.poll()).isZero();
        for (int i = 0; i < length; i++) {
            from.memory.set(ValueLayout.JAVA_BYTE, VerbsEnd.SOURCE + i, (byte) (i * 31 + seed));
        }
        from.memory.asSlice(VerbsEnd.SEND, 44).fill((byte) seed);
        assertThat(write(from, to, 7, length, false)).isZero();
        assertThat(from.pair.postSend(-seed, from.address(VerbsEnd.SEND), 44, inline ? 0 : from.region.lkey(), inline))
                .isZero();

        assertThat(Sockets.poll(to.channel.fd(), Sockets.POLLIN, VerbsEnd.PATIENCE.toMillis()))
                .isEqualTo(Sockets.POLLIN);
        assertThat(to.channel.drain()).as("events").isOne();
        assertThat(to.channel.drain()).isZero();
        assertThat(Sockets.poll(to.channel.fd(), Sockets.POLLIN, 0)).as("still readable").isZero();
        assertThat(to.queue.poll()).as("completions").isOne();
        to.assertCompleted(seed, CompletionQueue.OPCODE_RECEIVE);
        assertThat(to.queue.byteLength(0)).isEqualTo(44);
        assertSame(to, VerbsEnd.RECEIVE, from, VerbsEnd.SEND, 44);
        assertSame(to, VerbsEnd.TARGET, from, VerbsEnd.SOURCE, length);

        from.awaitCompletion();
        from.assertCompleted(-seed, CompletionQueue.OPCODE_SEND);
        assertThat(write(from, to, 9, 1, true)).isZero();
        from.awaitCompletion();
        from.assertCompleted(9, CompletionQueue.OPCODE_RDMA_WRITE);
    }

    private static int write(VerbsEnd from, VerbsEnd to, long wrId, int length, boolean signaled) {
        return from.pair.postWrite(wrId, from.address(VerbsEnd.SOURCE), length, from.region.lkey(),
                to.address(VerbsEnd.TARGET), to.region.rkey(), signaled);
    }

    private static void assertSame(VerbsEnd to, long target, VerbsEnd from, long source, int length) {
        assertThat(to.memory.asSlice(target, length).mismatch(from.memory.asSlice(source, length))).isEqualTo(-1);
    }

    @GuestCase
    void theHotPathLeavesNothingToTheGarbageCollector() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (VerbsEnd a = new VerbsEnd(End.A, 1); VerbsEnd b = new VerbsEnd(End.B, 2)) {
            VerbsEnd.connect(a, b);
            exchange(a, b);
            long before = threads.getCurrentThreadAllocatedBytes();
            exchange(a, b);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes in 1000 rounds").isLessThan(1000);
        }
    }

    private static void exchange(VerbsEnd a, VerbsEnd b) {
        for (int i = 0; i < 1000; i++) {
            b.queue.arm();
            b.pair.postReceive(i, b.address(VerbsEnd.RECEIVE), 44, b.region.lkey());
            write(a, b, i, 64, false);
            a.pair.postSend(i, a.address(VerbsEnd.SEND), 44, a.region.lkey(), true);
            // A send, a receive and an event.
            int left = 3;
            while (left > 0) {
                left -= a.queue.poll() + b.queue.poll() + b.channel.drain();
                Thread.onSpinWait();
            }
        }
    }

    @GuestCase
    void whatIsOutstandingComesBackFromAPairInError() throws Exception {
        try (VerbsEnd a = new VerbsEnd(End.A, 5); VerbsEnd b = new VerbsEnd(End.B, 6)) {
            VerbsEnd.connect(a, b);
            assertThat(a.pair.postReceive(1, a.address(VerbsEnd.RECEIVE), 44, a.region.lkey())).isZero();
            a.pair.toError();
            a.awaitCompletion();
            a.assertFailed(1, CompletionQueue.FLUSHED);
        }
    }

    @GuestCase
    void aWrongKeyBreaksTheConnection() throws Exception {
        try (VerbsEnd a = new VerbsEnd(End.A, 5); VerbsEnd b = new VerbsEnd(End.B, 6)) {
            VerbsEnd.connect(a, b);
            a.pair.postWrite(3, a.address(VerbsEnd.SOURCE), 8, a.region.lkey(), b.address(VerbsEnd.TARGET),
                    b.region.rkey() + 1, true);
            a.awaitCompletion();
            a.assertFailed(3, CompletionQueue.REMOTE_ACCESS_ERROR);
        }
    }

    /** Closing twice, and after the context, does nothing; what is closed says so. */
    @GuestCase
    void closing() throws Exception {
        VerbsEnd a = new VerbsEnd(End.A, 1);
        a.close();
        a.close();
        assertThat(a.pair.postSend(0, a.address(0), 4, 0, false)).isNotZero();
        assertThat(a.pair.postReceive(0, a.address(0), 4, 0)).isNotZero();
        assertThat(a.queue.poll()).isZero();
        assertThat(a.queue.arm()).isNotZero();
        assertThat(a.channel.drain()).isZero();
        assertThat(a.context.isAlive()).isFalse();
        VerbsEnd b = new VerbsEnd(End.B, 1);
        b.context.close();
        b.close();
    }

    @GuestCase
    void theLimitOfLockedMemoryIsNamed() throws Exception {
        UnprivilegedMain.run("memlock");
    }
}
