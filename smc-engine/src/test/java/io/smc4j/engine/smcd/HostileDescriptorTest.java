package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.link.Doorbell;
import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.link.WakeReceiver;
import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.EventFd;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.os.WakeSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer that sends descriptors which cannot be closed without a long wait, and one that does not play its part in
 * waking. The engine's thread serves others all the while, and nobody who rings waits.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileDescriptorTest {

    private static final long SEGMENT = SegmentLayout.segmentSize(1 << 20);
    /** Longer than anything here has time for. */
    private static final int LINGER_SECONDS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Integer> mine = new ArrayList<>();
    private LinkPair.Side side;
    private String marker;
    private int listener;
    private int socket;
    /** The engine's descriptor of the last connection. */
    private int engineEnd;
    private Gid gid;
    private SharedMemory memory;

    @BeforeEach
    void connect() throws Exception {
        side = new LinkPair.Side("engine", 16 << 20);
        marker = LinkPair.newMarker();
        listener = open(UnixSockets.listen(marker, 128));
        gid = Gid.random();
        memory = SharedMemory.create("smc4j-test", SEGMENT);
        socket = connectToEngine();
    }

    @AfterEach
    void othersAreServed() throws Exception {
        assertServesOthers();
        CompletableFuture.runAsync(side::close).orTimeout(20, TimeUnit.SECONDS).join();
        // Which ends what lingers.
        mine.forEach(Sockets::close);
        memory.close();
    }

    private void assertServesOthers() throws OsException {
        int other = connectToEngine();
        Gid name = Gid.random();
        send(other, ControlMessage.hello(name));
        try (SharedMemory segment = SharedMemory.create("smc4j-test", SEGMENT)) {
            receive(other, ControlMessage.HELLO);
            send(other, ControlMessage.attach(1, SEGMENT), segment.fd());
            await().atMost(PATIENCE).until(() -> side.groups.forProposal(name) != null);
        }
    }

    private int open(int fd) {
        mine.add(fd);
        return fd;
    }

    private int connectToEngine() throws OsException {
        int connected = open(UnixSockets.connect(marker));
        engineEnd = UnixSockets.accept(listener);
        side.groups.accepted(engineEnd);
        return connected;
    }

    private static void send(int to, ControlMessage message, int... descriptors) throws OsException {
        UnixSockets.send(to, message.encode(), descriptors);
    }

    private static ControlMessage receive(int from, int type) {
        ByteBuffer packet = ByteBuffer.allocateDirect(64);
        return await().atMost(PATIENCE).until(() -> {
            int n = UnixSockets.receive(from, packet.clear(), new int[0]);
            return n > 0 ? ControlMessage.decode(packet.flip()) : null;
        }, message -> message != null && message.type() == type);
    }

    private SmcdLinkGroup introduce() throws OsException {
        send(socket, ControlMessage.hello(gid));
        receive(socket, ControlMessage.HELLO);
        send(socket, ControlMessage.attach(1, SEGMENT), memory.fd());
        return await().atMost(PATIENCE).until(() -> side.groups.forProposal(gid), made -> made != null);
    }

    /** A TCP socket with more to send than its peer takes; who closes the last descriptor of it waits. */
    private int lingering() throws OsException {
        int server = open(Sockets.openStream(false));
        Sockets.bind(server, false, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Sockets.listen(server, 1);
        int client = Sockets.openStream(false);
        Sockets.connect(client, false, Sockets.localAddress(server));
        open(await().until(() -> Sockets.accept(server), fd -> fd >= 0));
        SocketOptions.setLinger(client, LINGER_SECONDS);
        ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);
        while (Sockets.write(client, bytes.clear()) > 0) {
            continue;
        }
        return client;
    }

    /** Sends a descriptor, of which this process keeps none; if the engine's kernel refuses it, all the better. */
    private void pass(int to, ControlMessage message, int... descriptors) {
        // The engine does not look before this process has closed them: whoever is last has to wait.
        CompletableFuture<Void> held = new CompletableFuture<>();
        CompletableFuture<Void> holding = new CompletableFuture<>();
        side.loop.execute(() -> {
            holding.complete(null);
            held.join();
        });
        holding.join();
        try {
            send(to, message, descriptors);
        } catch (OsException refused) {
            assertThat(refused.errno()).isIn(Errno.EPERM, Errno.EPIPE);
            doNotLinger(descriptors[descriptors.length - 1]);
        }
        Arrays.stream(descriptors).forEach(Sockets::close);
        held.complete(null);
    }

    private static void doNotLinger(int lingering) {
        try {
            SocketOptions.setLinger(lingering, -1);
        } catch (OsException e) {
            throw new AssertionError(e);
        }
    }

    private void assertLoopTurns() {
        CompletableFuture.runAsync(() -> { }, side.loop).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(ints = {ControlMessage.HELLO, ControlMessage.ATTACH, ControlMessage.DOORBELL, ControlMessage.REFUSE,
            77})
    void asTheFirstWord(int type) throws Exception {
        pass(socket, new ControlMessage(type, SegmentLayout.VERSION, gid.high(), gid.low()), lingering());

        assertLoopTurns();
    }

    @Test
    void insteadOfTheSegment() throws Exception {
        send(socket, ControlMessage.hello(gid));
        receive(socket, ControlMessage.HELLO);

        pass(socket, ControlMessage.attach(1, SEGMENT), lingering());

        assertThat(receive(socket, ControlMessage.REFUSE)).isNotNull();
        assertLoopTurns();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 80, UnixSockets.MAX_DESCRIPTORS - 1})
    void besideTheSegment(int more) throws Exception {
        send(socket, ControlMessage.hello(gid));
        receive(socket, ControlMessage.HELLO);
        int[] descriptors = new int[more + 1];
        descriptors[0] = EventFd.create();
        for (int i = 1; i <= more; i++) {
            descriptors[i] = i == more ? lingering() : EventFd.create();
        }

        pass(socket, ControlMessage.attach(1, SEGMENT), descriptors);

        assertLoopTurns();
        assertThat(side.groups.forProposal(gid)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {ControlMessage.DOORBELL, ControlMessage.RING, ControlMessage.WAKER, ControlMessage.PEER_CLOSED,
            77})
    void inALivingLinkGroup(int type) throws Exception {
        introduce();

        pass(socket, new ControlMessage(type, 1, 2, 3), lingering());

        assertLoopTurns();
    }

    /** As it is on a kernel that cannot refuse them. */
    @Test
    void endWhatTheyWereSentToWhereTheKernelDoesNotRefuseThem() throws Exception {
        SmcdLinkGroup group = introduce();
        PassedFiles.allow(engineEnd);

        pass(socket, ControlMessage.ring(1), lingering());

        await().atMost(PATIENCE).until(() -> !group.isActive());
        assertLoopTurns();
    }

    @Test
    void thatAreLeftUnreadInASocketThatIsClosed() throws Exception {
        send(socket, ControlMessage.hello(gid));
        send(socket, ControlMessage.hello(gid));
        pass(socket, ControlMessage.ring(1), lingering());

        assertThat(receive(socket, ControlMessage.REFUSE)).isNotNull();
        assertLoopTurns();
    }

    // ---- waking

    private static void sleep(SharedMemory memory, int number, int generation) {
        long base = SegmentLayout.doorbell(number);
        SegmentLayout.INT.set(memory.segment(), base + SegmentLayout.GENERATION, generation);
        // The sleeping flag is the first field.
        SegmentLayout.INT.setVolatile(memory.segment(), base, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ringsADoorbellWhosePeerTakesNothing(boolean readsControlSocket) throws Exception {
        SmcdLinkGroup group = introduce();
        long name = ThreadLocalRandom.current().nextLong();
        open(WakeSocket.openReceiver(name));
        send(socket, ControlMessage.doorbell(3, 1, name));
        receive(socket, ControlMessage.WAKER);

        for (int i = 0; i < 100_000; i++) {
            sleep(memory, 3, 1);
            group.peerDoorbells().ring(3, i % SegmentLayout.CONNECTIONS);
        }

        if (readsControlSocket) {
            assertThat(receive(socket, ControlMessage.RING).argument()).isEqualTo(3);
        }
        assertThat(group.isActive()).isTrue();
        assertLoopTurns();
    }

    @Test
    void wakesByTheControlSocketWhomItCannotWakeItself() throws Exception {
        SmcdLinkGroup group = introduce();
        long name = ThreadLocalRandom.current().nextLong();
        int receiver = open(WakeSocket.openReceiver(name));
        send(socket, ControlMessage.doorbell(3, 1, name));
        WakeSocket.acceptOnly(receiver, receive(socket, ControlMessage.WAKER).second());
        Sockets.shutdown(receiver, Sockets.SHUT_RD);

        sleep(memory, 3, 1);
        group.peerDoorbells().ring(3, 5);

        assertThat(receive(socket, ControlMessage.RING).argument()).isEqualTo(3);
    }

    @Test
    void opensNoMoreSocketsThanThereAreDoorbells() throws Exception {
        introduce();
        long before = openSockets();
        for (int i = 0; i < 30; i++) {
            long name = ThreadLocalRandom.current().nextLong();
            int receiver = WakeSocket.openReceiver(name);
            send(socket, ControlMessage.doorbell(i % 3 + 1, i, name));
            receive(socket, ControlMessage.WAKER);
            Sockets.close(receiver);
        }

        assertThat(openSockets() - before).isLessThanOrEqualTo(3);
    }

    private static long openSockets() throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().startsWith("socket:");
                } catch (IOException gone) {
                    return false;
                }
            }).count();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOwnerIsWokenThoughItsSocketIsFull(boolean kernelRefusesFiles) throws Exception {
        try (Doorbell doorbell = new Doorbell(1)) {
            PeerFileThreads threads = new PeerFileThreads();
            long name = WakeReceiver.newName();
            WakeReceiver receiver = new WakeReceiver(doorbell, threads.of(0), name, WakeSocket.openReceiver(name),
                    kernelRefusesFiles);
            long senderName = WakeReceiver.newName();
            int sender = open(WakeSocket.openSender(senderName, name));
            receiver.acceptOnly(senderName);
            for (int i = 0; i < 10; i++) {
                while (WakeSocket.wake(sender)) {
                    continue;
                }
                receiver.drain();
                await().atMost(PATIENCE).until(() -> WakeSocket.wake(sender));
                assertThat(doorbell.epoll().await(-1)).isEqualTo(1);
            }
            receiver.close();
            await().atMost(PATIENCE).until(() -> !WakeSocket.wake(sender));
        }
    }

    @Test
    void aFloodOfWakeUpsDoesNotKeepTheOwnerAwake() throws Exception {
        SmcdLinkGroup group = introduce();
        try (Doorbell doorbell = new Doorbell(4)) {
            DoorbellSlot slot = doorbell.slot(group);
            ControlMessage opened = receive(socket, ControlMessage.DOORBELL);
            while (opened.argument() != slot.number()) {
                opened = receive(socket, ControlMessage.DOORBELL);
            }
            long senderName = ThreadLocalRandom.current().nextLong();
            int sender = open(WakeSocket.openSender(senderName, opened.second()));
            send(socket, ControlMessage.waker(slot.number(), (int) opened.first(), senderName));
            assertLoopTurns();
            while (WakeSocket.wake(sender)) {
                continue;
            }

            Epoll epoll = doorbell.epoll();
            await().atMost(PATIENCE).until(() -> {
                doorbell.arm();
                int events = epoll.await(0);
                doorbell.disarm();
                return events == 0;
            });

            doorbell.arm();
            send(socket, ControlMessage.ring(slot.number()));
            assertThat(epoll.await(-1)).as("woken by the control loop").isEqualTo(1);
            doorbell.arm();
            assertThat(WakeSocket.wake(sender)).as("room again").isTrue();
            assertThat(epoll.await(-1)).isEqualTo(1);
        }
    }
}
