package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoDescriptorLeaks.class)
class UnixSocketsTest {

    private static final int[] NONE = {};

    private final String name = "smc4j-test-" + UUID.randomUUID();
    private int listener;
    private int client;
    private int server;

    @BeforeEach
    void connect() throws OsException {
        listener = UnixSockets.listen(name, 1);
        client = UnixSockets.connect(name);
        server = UnixSockets.accept(listener);
    }

    @AfterEach
    void close() throws OsException {
        Sockets.close(client);
        Sockets.close(server);
        Sockets.close(listener);
    }

    @Test
    void passesSharedMemoryThatBothSidesThenUse() throws OsException {
        long size = 1 << 20;
        try (SharedMemory owner = SharedMemory.create("rings", size)) {
            owner.segment().set(JAVA_LONG, 0, 1);
            assertThat(UnixSockets.send(client, message("rings"), owner.fd())).isTrue();

            int[] received = new int[1];
            assertThat(UnixSockets.receive(server, ByteBuffer.allocate(16), received)).isEqualTo(5);
            assertThat(received[0]).isNotNegative().isNotEqualTo(owner.fd());
            owner.closeDescriptor();
            try (SharedMemory peer = SharedMemory.map(received[0], size)) {
                assertThat(peer.segment().get(JAVA_LONG, 0)).isEqualTo(1);
                peer.segment().set(JAVA_LONG, size - 8, 2);
                assertThat(owner.segment().get(JAVA_LONG, size - 8)).isEqualTo(2);
                owner.segment().set(JAVA_LONG, 8, 3);
                assertThat(peer.segment().get(JAVA_LONG, 8)).isEqualTo(3);
            }
        }
    }

    @Test
    void passesDoorbellsInTheirOrder() throws OsException {
        int first = EventFd.create();
        int second = EventFd.create();
        EventFd.signal(second);
        UnixSockets.send(client, message("doorbells"), first, second);

        int[] received = new int[4];
        UnixSockets.receive(server, ByteBuffer.allocate(16), received);
        assertThat(received[2]).isEqualTo(-1);
        assertThat(received[3]).isEqualTo(-1);
        assertThat(Sockets.poll(received[0], Sockets.POLLIN, 0)).isZero();
        assertThat(Sockets.poll(received[1], Sockets.POLLIN, 0)).isEqualTo(Sockets.POLLIN);
        for (int fd : new int[] {first, second, received[0], received[1]}) {
            Sockets.close(fd);
        }
    }

    @Test
    void closesDescriptorsNobodyAskedFor() throws OsException {
        int[] sent = new int[UnixSockets.MAX_DESCRIPTORS];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = EventFd.create();
        }
        UnixSockets.send(client, message("a"), sent);
        UnixSockets.send(client, message("b"), sent);

        int[] one = new int[1];
        assertThat(UnixSockets.receive(server, ByteBuffer.allocate(1), one)).isEqualTo(1);
        Sockets.close(one[0]);
        assertThat(UnixSockets.receive(server, ByteBuffer.allocate(1), NONE)).isEqualTo(1);
        for (int fd : sent) {
            Sockets.close(fd);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsPacketsApart(boolean direct) throws OsException {
        UnixSockets.send(client, message("first"));
        ByteBuffer second = ByteBuffer.allocateDirect(8).put(message("..second")).position(2);
        UnixSockets.send(client, second);
        assertThat(second.hasRemaining()).isFalse();

        ByteBuffer dst = direct ? ByteBuffer.allocateDirect(100) : ByteBuffer.allocate(100);
        assertThat(UnixSockets.receive(server, dst, NONE)).isEqualTo(5);
        assertThat(UnixSockets.receive(server, dst, NONE)).isEqualTo(6);
        assertThat(UnixSockets.receive(server, dst, NONE)).isEqualTo(Sockets.UNAVAILABLE);
        assertThat(StandardCharsets.US_ASCII.decode(dst.flip()).toString()).isEqualTo("firstsecond");
    }

    @Test
    void takesTheLargestPacketAndNoLarger() throws OsException {
        ByteBuffer largest = ByteBuffer.allocate(UnixSockets.MAX_MESSAGE_SIZE);
        assertThat(UnixSockets.send(client, largest)).isTrue();
        assertThat(UnixSockets.receive(server, largest.clear(), NONE)).isEqualTo(UnixSockets.MAX_MESSAGE_SIZE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> UnixSockets.send(client, ByteBuffer.allocate(UnixSockets.MAX_MESSAGE_SIZE + 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> UnixSockets.send(client, ByteBuffer.allocate(0)));
    }

    @Test
    void aPacketTooLargeForTheBufferIsAnErrorAndItsDescriptorsAreTheCallers() throws OsException {
        int fd = EventFd.create();
        UnixSockets.send(client, message("too large"), fd);
        int[] received = new int[1];
        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> UnixSockets.receive(server, ByteBuffer.allocate(4), received))
                .withMessage("recvmsg: Message too long (EMSGSIZE)");
        assertThat(received[0]).as("the caller's, also now").isNotNegative();
        Sockets.close(received[0]);
        Sockets.close(fd);
    }

    @Test
    void tellsWhenThereIsNoRoom() throws OsException {
        ByteBuffer message = ByteBuffer.allocate(1024);
        while (UnixSockets.send(client, message.clear())) {
            assertThat(message.hasRemaining()).isFalse();
        }
        assertThat(message.position()).isZero();
        UnixSockets.receive(server, message, NONE);
    }

    @Test
    void endsWhenThePeerCloses() throws OsException {
        int peer = UnixSockets.connect(name);
        int mine = UnixSockets.accept(listener);
        UnixSockets.send(peer, message("bye"));
        Sockets.close(peer);

        assertThat(UnixSockets.receive(mine, ByteBuffer.allocate(8), NONE)).isEqualTo(3);
        assertThat(UnixSockets.receive(mine, ByteBuffer.allocate(8), NONE)).isEqualTo(Sockets.EOF);
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> UnixSockets.send(mine, message("hello?")))
                .withMessage("sendmsg: Broken pipe (EPIPE)");
        Sockets.close(mine);
    }

    @Test
    void tellsThatNobodyListens() {
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> UnixSockets.connect(name + "-nobody"))
                .withMessage("connect: Connection refused (ECONNREFUSED)");
    }

    @Test
    void tellsThatTheBacklogIsFull() throws OsException {
        int[] waiting = new int[2];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = UnixSockets.connect(name);
        }
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> UnixSockets.connect(name))
                .withMessage("connect: Resource temporarily unavailable (EAGAIN)");
        for (int fd : waiting) {
            Sockets.close(fd);
        }
    }

    @Test
    void acceptsNothingWhenNobodyConnects() throws OsException {
        assertThat(UnixSockets.accept(listener)).isEqualTo(-1);
    }

    @Test
    void aNameHasOneOwnerUntilItCloses() throws OsException {
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> UnixSockets.listen(name, 1))
                .withMessage("bind: Address already in use (EADDRINUSE)");
        String other = name + "-other";
        Sockets.close(UnixSockets.listen(other, 1));
        Sockets.close(UnixSockets.listen(other, 1));
    }

    @Test
    void namesHaveALimit() throws OsException {
        Sockets.close(UnixSockets.listen(name + "x".repeat(107 - name.length()), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> UnixSockets.listen("x".repeat(108), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> UnixSockets.connect(""));
    }

    @Test
    void knowsThePeer() throws OsException {
        UnixSockets.Credentials credentials = UnixSockets.peerCredentials(server);
        assertThat(credentials.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(credentials.uid()).isEqualTo(Processes.effectiveUserId());
        assertThat(UnixSockets.peerCredentials(client)).isEqualTo(credentials);
    }

    @Test
    void knowsThePeersGroups() throws IOException {
        int[] own = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Groups:"))
                .flatMap(line -> Pattern.compile("\\d+").matcher(line).results())
                .mapToInt(group -> Integer.parseUnsignedInt(group.group()))
                .toArray();
        assertThat(UnixSockets.peerGroups(server)).containsExactly(own);
        assertThat(UnixSockets.peerGroups(client)).containsExactly(own);
    }

    @Test
    void aClosedDescriptorHasNoPeer() {
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> UnixSockets.peerGroups(-1))
                .withMessage("getsockopt(SO_PEERGROUPS): Bad file descriptor (EBADF)");
    }

    private static ByteBuffer message(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
