package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Two engines' link groups in one process, joined by shared memory as two processes' would be. */
public final class LinkPair implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** One of the two engines. */
    public static final class Side {
        public final ControlLoop loop;
        public final MemoryBudget budget;
        public final SmcdLinkGroups groups;
        public SmcdLinkGroup group;

        Side(String name, long memoryLimit) throws OsException {
            this(name, new MemoryBudget(memoryLimit, 0), Duration.ofDays(1).toNanos());
        }

        Side(String name, MemoryBudget budget, long idleNanos) throws OsException {
            loop = new ControlLoop(name);
            this.budget = budget;
            groups = new SmcdLinkGroups(loop, Gid.random(), budget, PATIENCE.toNanos(), idleNanos,
                    new Admission(List.of()));
        }

        /** The memory this side receives into. */
        public MemorySegment memory() {
            return group.own();
        }

        /** The same, as it was made. */
        public SharedMemory memoryOf() {
            return group.ownMemory();
        }

        /** Where a ring's control block is in {@link #memory()}. */
        public static long control(SmcdLocalRing ring) {
            return SegmentLayout.control(ring.index());
        }

        /** Frees what can be freed, as happens now and then. */
        public void sweep() {
            onLoop(group::sweep);
        }

        void onLoop(Runnable task) {
            CompletableFuture.runAsync(task, loop).join();
        }

        public void close() {
            onLoop(groups::close);
            loop.close();
        }
    }

    public final Side client;
    public final Side server;

    public LinkPair() throws OsException {
        this(64 << 20);
    }

    public LinkPair(long memoryLimit) throws OsException {
        this(memoryLimit, Duration.ofDays(1));
    }

    /**
     * Without overflows.
     *
     * @param idleAfter how long nothing arrives before a grown ring becomes small again
     */
    public LinkPair(long memoryLimit, Duration idleAfter) throws OsException {
        this(memoryLimit, 0, idleAfter);
    }

    /** @param overflowLimit what the writers of one side may have for what they have no room for */
    public LinkPair(long memoryLimit, long overflowLimit, Duration idleAfter) throws OsException {
        client = new Side("client", new MemoryBudget(memoryLimit, overflowLimit), idleAfter.toNanos());
        server = new Side("server", new MemoryBudget(memoryLimit, overflowLimit), idleAfter.toNanos());
        String marker = newMarker();
        int listener = UnixSockets.listen(marker, 1);
        try {
            CompletableFuture<SmcdLinkGroup> made = client.groups.toMarker(marker);
            server.groups.accepted(UnixSockets.accept(listener));
            client.group = made.join();
        } finally {
            Sockets.close(listener);
        }
        server.group = Awaitility.await().atMost(PATIENCE)
                .until(() -> server.groups.forProposal(client.groups.gid()), group -> group != null);
    }

    static String newMarker() {
        return "smc4j-test/" + ProcessHandle.current().pid() + "/" + NUMBERS.incrementAndGet();
    }

    /** How many segments this process has mapped. */
    public static long mappedSegments() {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/memfd:smc4j")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    /** Closes both ends, neither of which has a ring handed out then. */
    public void closeAndFindNothingLeft() {
        close();
        assertThat(client.budget.used()).isZero();
        assertThat(server.budget.used()).isZero();
    }
}
