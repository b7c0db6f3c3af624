package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How link groups are made, with an engine at one end of the control socket and this test at the other. */
class SmcdLinkGroupsTest {

    private static final long SEGMENT = SegmentLayout.segmentSize(1 << 20);

    private LinkPair.Side side;
    private String marker;
    private int listener;
    private int socket = -1;

    @BeforeEach
    void open() throws Exception {
        side = new LinkPair.Side("engine", 16 << 20);
        marker = LinkPair.newMarker();
        listener = UnixSockets.listen(marker, 8);
    }

    @AfterEach
    void close() {
        Sockets.close(listener);
        if (socket >= 0) {
            Sockets.close(socket);
        }
        side.close();
    }

    private CompletableFuture<SmcdLinkGroup> connectEngineToTest() throws OsException {
        CompletableFuture<SmcdLinkGroup> result = side.groups.toMarker(marker);
        socket = UnixSockets.accept(listener);
        return result;
    }

    private void connectTestToEngine() throws OsException {
        socket = UnixSockets.connect(marker);
        side.groups.accepted(UnixSockets.accept(listener));
    }

    private void send(ControlMessage message, int... descriptors) throws OsException {
        UnixSockets.send(socket, message.encode(), descriptors);
    }

    /** The next message; {@code null} at the end. */
    private ControlMessage receive() {
        int[] descriptor = new int[1];
        ByteBuffer packet = ByteBuffer.allocateDirect(64);
        int n = await().until(() -> UnixSockets.receive(socket, packet.clear(), descriptor),
                length -> length != Sockets.UNAVAILABLE);
        if (descriptor[0] >= 0) {
            Sockets.close(descriptor[0]);
        }
        return n == Sockets.EOF ? null : ControlMessage.decode(packet.flip());
    }

    private static void assertFailed(CompletableFuture<SmcdLinkGroup> result, FallbackReason reason) {
        assertThatThrownBy(result::join).isInstanceOf(CompletionException.class).cause()
                .isInstanceOfSatisfying(DeclineException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void isNothingWithoutAMarker() {
        assertThat(side.groups.toMarker(LinkPair.newMarker())).isNull();
    }

    @Test
    void isOneForAllWhoAskAtOnce() throws Exception {
        CompletableFuture<SmcdLinkGroup> first = connectEngineToTest();

        assertThat(side.groups.toMarker(marker)).isSameAs(first);
    }

    @Test
    void failsWhenThePeerHangsUp() throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();
        receive();

        Sockets.close(socket);
        socket = -1;

        assertFailed(result, FallbackReason.PEER_LOST);
        assertThat(side.groups.toMarker(marker)).as("next try").isNotSameAs(result);
    }

    @Test
    void failsForThePeersReasonWhenRefused() throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();

        send(ControlMessage.refuse(FallbackReason.FOREIGN_USER.code()));

        assertFailed(result, FallbackReason.FOREIGN_USER);
    }

    @Test
    void failsWhenTheEngineIsClosedMeanwhile() throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();
        assertThat(receive().type()).isEqualTo(ControlMessage.HELLO);

        side.close();

        assertFailed(result, FallbackReason.PEER_LOST);
        assertThat(receive()).as("end of the control socket").isNull();
    }

    @Test
    void failsWhenTheEngineWasClosedBefore() throws Exception {
        side.close();

        assertFailed(side.groups.toMarker(marker), FallbackReason.PEER_LOST);
        socket = UnixSockets.accept(listener);
        assertThat(receive()).isNull();
    }

    @Test
    void refusesAnotherVersion() throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();

        send(new ControlMessage(ControlMessage.HELLO, 99, 1, 2));

        assertFailed(result, FallbackReason.OTHER_VERSION);
    }

    @ParameterizedTest
    @ValueSource(ints = {ControlMessage.DOORBELL, ControlMessage.RING, ControlMessage.PEER_CLOSED, 0, -1, 77})
    void failsWhenThePeerBeginsWithSomethingElse(int type) throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();

        send(new ControlMessage(type, 1, 2, 3));

        assertFailed(result, FallbackReason.PEER_LOST);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 23, 25, 64})
    void hangsUpOnAPacketOfAnotherSize(int length) throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();

        UnixSockets.send(socket, ByteBuffer.allocateDirect(length));

        assertFailed(result, FallbackReason.PEER_LOST);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 4096, SegmentLayout.RINGS_OFFSET, Long.MAX_VALUE, 1L << 45})
    void refusesASegmentOfAnImpossibleSize(long size) throws Exception {
        connectTestToEngine();
        send(ControlMessage.hello(Gid.random()));
        assertThat(receive().type()).isEqualTo(ControlMessage.HELLO);

        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            send(ControlMessage.attach(1, size), memory.fd());
        }

        assertThat(receive().type()).isEqualTo(ControlMessage.REFUSE);
        assertThat(receive()).isNull();
    }

    @Test
    void refusesASegmentThatIsSmallerThanSaid() throws Exception {
        connectTestToEngine();
        send(ControlMessage.hello(Gid.random()));
        receive();

        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            send(ControlMessage.attach(1, SEGMENT + (1 << 20)), memory.fd());
        }

        assertThat(receive().type()).isEqualTo(ControlMessage.REFUSE);
    }

    @Test
    void refusesASegmentWithoutDescriptorOrBeforeTheNames() throws Exception {
        connectTestToEngine();
        send(ControlMessage.attach(1, SEGMENT));

        assertThat(receive().type()).isEqualTo(ControlMessage.REFUSE);
        assertThat(receive()).isNull();
    }

    @Test
    void survivesGarbageInALivingLinkGroup() throws Exception {
        connectTestToEngine();
        Gid gid = Gid.random();
        send(ControlMessage.hello(gid));
        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            send(ControlMessage.attach(1, SEGMENT), memory.fd());
            SmcdLinkGroup group = await().until(() -> side.groups.forProposal(gid), made -> made != null);

            for (int i = 0; i < 300; i++) {
                int number = switch (i % 5) {
                    case 0 -> -1;
                    case 1 -> 64;
                    case 2 -> Integer.MIN_VALUE;
                    case 3 -> Integer.MAX_VALUE;
                    default -> i % 64;
                };
                send(ControlMessage.doorbell(number, i, i));
                send(ControlMessage.waker(number, i, i));
                send(ControlMessage.ring(number));
                send(ControlMessage.peerClosed(number));
                send(new ControlMessage(100 + i, number, i, i));
                CompletableFuture.runAsync(() -> { }, side.loop).join();
                while (UnixSockets.receive(socket, ByteBuffer.allocateDirect(64), new int[0]) > 0) {
                    continue;
                }
            }

            assertThat(group.isActive()).isTrue();
            group.allocate(16 * 1024, 16 * 1024).free();
            Sockets.close(socket);
            socket = -1;
            await().until(() -> !group.isActive());
            assertThat(side.groups.forProposal(gid)).isNull();
        }
    }

    /** A link group made over a connection of its own, at whose other end is the test. */
    private SmcdLinkGroup introduce(Gid gid, SharedMemory memory) throws OsException {
        connectTestToEngine();
        send(ControlMessage.hello(gid));
        assertThat(receive().type()).isEqualTo(ControlMessage.HELLO);
        send(ControlMessage.attach(1, SEGMENT), memory.fd());
        return await().until(() -> side.groups.forProposal(gid), made -> made != null);
    }

    @Test
    void refusesAProcessThatWantsTooManyAtOnce() throws Exception {
        int[] held = new int[LinkGroupLimits.MOST_PER_PROCESS];
        for (int i = 0; i < held.length; i++) {
            connectTestToEngine();
            held[i] = socket;
        }
        connectTestToEngine();

        assertThat(receive()).satisfies(refusal -> {
            assertThat(refusal.type()).isEqualTo(ControlMessage.REFUSE);
            assertThat(refusal.argument()).isEqualTo(FallbackReason.TOO_MANY_LINK_GROUPS.code());
        });
        assertThat(receive()).as("end of the control socket").isNull();

        for (int each : held) {
            Sockets.close(each);
        }
        Gid gid = Gid.random();
        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            await().until(() -> {
                Sockets.close(socket);
                connectTestToEngine();
                send(ControlMessage.hello(gid));
                return receive().type() == ControlMessage.HELLO;
            });
            send(ControlMessage.attach(1, SEGMENT), memory.fd());
            await().until(() -> side.groups.forProposal(gid) != null);
        }
    }

    @Test
    void countsALinkGroupUntilNothingIsLeftOfIt() throws Exception {
        int[] held = new int[LinkGroupLimits.MOST_PER_PROCESS];
        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            for (int i = 0; i < held.length - 1; i++) {
                introduce(Gid.random(), memory);
                held[i] = socket;
            }
            SmcdLinkGroup used = introduce(Gid.random(), memory);
            SmcdLocalRing ring = used.allocate(16 * 1024, 16 * 1024);
            Sockets.close(socket);
            await().until(() -> !used.isActive());

            connectTestToEngine();
            assertThat(receive().argument()).isEqualTo(FallbackReason.TOO_MANY_LINK_GROUPS.code());

            ring.free();
            Gid gid = Gid.random();
            await().until(() -> {
                Sockets.close(socket);
                connectTestToEngine();
                send(ControlMessage.hello(gid));
                return receive().type() == ControlMessage.HELLO;
            });
        }
        for (int i = 0; i < held.length - 1; i++) {
            Sockets.close(held[i]);
        }
    }

    @Test
    void failsAtOnceWhenThePeerHasTooMany() throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();

        send(ControlMessage.refuse(FallbackReason.TOO_MANY_LINK_GROUPS.code()));

        assertFailed(result, FallbackReason.TOO_MANY_LINK_GROUPS);
    }

    @Test
    void aNameIsOneProcesssAsLongAsItHasALinkGroup() throws Exception {
        Gid gid = Gid.random();
        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            SmcdLinkGroup group = introduce(gid, memory);
            UnixSockets.Credentials owner = group.peer();

            assertThat(side.groups.isAnothers(gid, owner)).isFalse();
            assertThat(side.groups.isAnothers(gid, new UnixSockets.Credentials(1, owner.uid(), owner.gid()))).isTrue();
            assertThat(side.groups.isAnothers(gid, new UnixSockets.Credentials(owner.pid(), 4711, 4711))).isTrue();
            assertThat(side.groups.isAnothers(Gid.random(), owner)).isFalse();

            Sockets.close(socket);
            socket = -1;
            await().until(() -> !side.groups.isAnothers(gid, new UnixSockets.Credentials(1, 4711, 4711)));
        }
    }

    @Test
    void whatOnePeerWithdrawsSaysNothingOfAnother() throws Exception {
        CompletableFuture<SmcdLinkGroup> result = connectEngineToTest();
        int first = socket;
        try (SharedMemory memory = SharedMemory.create("smc4j-test", SEGMENT)) {
            SmcdLinkGroup withdrawing = introduce(Gid.random(), memory);
            int second = socket;
            for (int i = 0; i < 100; i++) {
                send(ControlMessage.markerWithdrawn());
            }
            await().until(() -> withdrawing.withdrawnAt() > 0 && !withdrawing.hasNews());

            socket = first;
            send(ControlMessage.hello(Gid.random()));
            send(ControlMessage.attach(1, SEGMENT), memory.fd());

            assertThat(result.get(20, TimeUnit.SECONDS).isActive()).isTrue();
            await().until(() -> side.groups.known(marker) == result);
            Sockets.close(second);
        }
    }
}
