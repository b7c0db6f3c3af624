package io.smc4j.engine.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketDirectory;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.Admission;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedDirectoryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MANY = 300;

    @TempDir
    private Path path;
    private final List<Side> sides = new ArrayList<>();
    private final List<Integer> descriptors = new ArrayList<>();

    /** An engine, as far as it matters here. */
    private final class Side {
        private final ControlLoop loop = new ControlLoop("side-" + sides.size());
        private final SmcdLinkGroups groups = new SmcdLinkGroups(loop, Gid.random(),
                new MemoryBudget(SmcConfig.DEFAULT_MEMORY_LIMIT), PATIENCE.toNanos(), PATIENCE.toNanos(),
                new Admission(List.of()));
        private final SharedDirectory directory = SharedDirectory.open(
                new SmcConfig.SharedMemory(true, path.toString(), List.of()), loop, groups, PATIENCE.toNanos());

        private Side() throws OsException {
            sides.add(this);
        }

        private Finding search(SocketChannel connection, InetSocketAddress called) throws Exception {
            return begin(connection, called).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        private CompletableFuture<Finding> begin(SocketChannel connection, InetSocketAddress called) throws Exception {
            CompletableFuture<Finding> found = new CompletableFuture<>();
            directory.search((InetSocketAddress) connection.getLocalAddress(), called, System.nanoTime(),
                    found::complete);
            return found;
        }

        private void close() {
            CompletableFuture.runAsync(() -> {
                groups.close();
                directory.close();
            }, loop).join();
            loop.close();
        }
    }

    @AfterEach
    void close() {
        descriptors.forEach(Sockets::close);
        sides.forEach(Side::close);
    }

    /** A server and a client that have met. */
    private Side meet(Side server) throws OsException {
        Side client = new Side();
        Awaitility.await().atMost(PATIENCE)
                .until(() -> client.directory.engines().contains(server.groups.gid().toString()));
        return client;
    }

    private int connect(Side server) throws Exception {
        try (SocketDirectory directory = SocketDirectory.open(path.toString());
                SocketDirectory.Entry entry = directory.find(server.groups.gid().toString())) {
            int fd = entry.connect();
            descriptors.add(fd);
            return fd;
        }
    }

    @Test
    void findsWhoHasAConnection() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            Side server = new Side();
            new Side().directory.publish(new InetSocketAddress("127.0.0.1", 1));
            try (SharedDirectory.Listing listing = server.directory.publish(address)) {
                Side client = meet(server);
                try (SocketChannel connection = SocketChannel.open(address)) {
                    Finding finding = client.search(connection, address);
                    // A processor that is busy may take longer than an answer is waited for.
                    for (int tried = 1; finding.engine() == null && tried < 100; tried++) {
                        try (SocketChannel next = SocketChannel.open(address)) {
                            finding = client.search(next, address);
                        }
                    }

                    assertThat(finding.engine()).as("%s", listing).isEqualTo(server.groups.gid());
                    assertThat(finding.server()).isEqualTo(address);
                    assertThat(finding.proven()).isFalse();
                    assertThat(finding.link().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).peerGid())
                            .isEqualTo(server.groups.gid());

                    assertThat(client.directory.mayHave(address)).as("not proven").isFalse();
                    client.directory.succeeded(finding);
                    assertThat(client.directory.mayHave(address)).isTrue();
                }
                Awaitility.await().atMost(PATIENCE).until(() -> {
                    try (SocketChannel next = SocketChannel.open(address)) {
                        return client.search(next, address).proven();
                    }
                });
            }
        }
    }

    @Test
    void doesNotTakeAConnectionForAnother() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            Side server = new Side();
            SharedDirectory.Listing listing = server.directory.publish(address);
            Side client = meet(server);
            try (SocketChannel connection = SocketChannel.open(address);
                    SocketChannel accepted = listener.accept()) {
                connection.write(ByteBuffer.wrap(new byte[1]));
                accepted.read(ByteBuffer.allocate(1));
                assertThat(client.search(connection, address).objection()).as("it has carried something")
                        .isEqualTo(FallbackReason.NOT_IN_DIRECTORY);
            }
            listing.close();
            try (SocketChannel connection = SocketChannel.open(address)) {
                assertThat(client.search(connection, address).objection()).as("the listener is withdrawn")
                        .isEqualTo(FallbackReason.NOT_IN_DIRECTORY);
            }
        }
    }

    /** More than are sent at once wait for their turn. */
    @Test
    void asksAboutManyConnectionsAtOnce() throws Exception {
        Side server = new Side();
        server.directory.publish(new InetSocketAddress("127.0.0.1", 1));
        Side client = meet(server);
        // A processor that is busy may take longer than an answer is waited for.
        Awaitility.await().atMost(PATIENCE).until(() -> foundOfMany(server, client), count -> count == MANY);
    }

    /** How many of so many searches find a server that hears none before all have begun. */
    private int foundOfMany(Side server, Side client) throws Exception {
        List<SocketChannel> connections = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(MANY);
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0), 2 * MANY)) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            server.directory.publish(address);
            connections.add(SocketChannel.open(address));
            Finding first = client.search(connections.getFirst(), address);
            if (first.engine() == null) {
                return 0;
            }
            client.directory.succeeded(first);
            server.loop.execute(() -> awaitUnmoved(begun));
            List<CompletableFuture<Finding>> findings = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                connections.add(SocketChannel.open(address));
                findings.add(client.begin(connections.getLast(), address));
                begun.countDown();
            }
            int found = 0;
            for (CompletableFuture<Finding> finding : findings) {
                found += finding.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).engine() == null ? 0 : 1;
            }
            return found;
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
        }
    }

    private static void awaitUnmoved(CountDownLatch latch) {
        try {
            latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Who has too much else to do to read an answer does not take it for late. */
    @Test
    void hearsAnAnswerThatHasComeInTime() throws Exception {
        Gid engine = Gid.random();
        try (SocketDirectory directory = SocketDirectory.open(path.toString());
                ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                SocketChannel connection = SocketChannel.open(listener.getLocalAddress())) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            int listening = directory.listen(engine.toString(), 4);
            descriptors.add(listening);
            Side client = new Side();
            awaitReadable(listening);
            int guest = UnixSockets.accept(listening);
            descriptors.add(guest);
            answer(guest, address);
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            CompletableFuture<Finding> finding = client.begin(connection, address);
            client.loop.execute(() -> {
                busy.countDown();
                awaitUnmoved(free);
            });
            try {
                awaitUnmoved(busy);
                answer(guest, address);
                long longest = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400);
                Awaitility.await().atMost(PATIENCE).until(() -> System.nanoTime() - longest > 0);
            } finally {
                free.countDown();
            }
            assertThat(finding.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).engine()).isEqualTo(engine);
        }
    }

    /** Takes a question, and says that the connection is one's own. */
    private static void answer(int guest, InetSocketAddress server) throws OsException {
        awaitReadable(guest);
        ByteBuffer packet = ByteBuffer.allocate(Question.LENGTH);
        UnixSockets.receive(guest, packet, new int[0]);
        Question question = Question.decode(packet.flip());
        assertThat(UnixSockets.send(guest, new Answer(question.number(), Answer.Verdict.MINE, server).encode()))
                .isTrue();
    }

    /** Called by another address than it arrives at, from a port that has a connection to that address itself. */
    @Test
    void doesNotTakeAConnectionForATranslatedOne() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            Side server = new Side();
            server.directory.publish(address);
            Side client = meet(server);
            try (SocketChannel connection = SocketChannel.open(address)) {
                Finding finding = client.search(connection, new InetSocketAddress("192.0.2.1", 80));

                assertThat(finding.objection()).isEqualTo(FallbackReason.NOT_IN_DIRECTORY);
            }
        }
    }

    @Test
    void doesNotSearchWhereNobodyCanBe() throws Exception {
        Side server = new Side();
        server.directory.publish(new InetSocketAddress("127.0.0.1", 1));
        Side client = meet(server);

        assertThat(client.directory.mayFind(new InetSocketAddress("192.0.2.1", 80))).isTrue();
        assertThat(client.directory.mayFind(new InetSocketAddress("127.0.0.1", 80))).isFalse();
        assertThat(client.directory.mayFind(new InetSocketAddress("fe80::1", 80))).isFalse();
        assertThat(client.directory.mayFind(new InetSocketAddress("224.0.0.1", 80))).isFalse();
    }

    @Test
    void leavesOneAloneWhoAsksForWhatNobodyHas() throws Exception {
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 80);
        Side server = new Side();
        server.directory.publish(new InetSocketAddress("127.0.0.1", 1));
        Side client = meet(server);
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                SocketChannel connection = SocketChannel.open(listener.getLocalAddress())) {
            // Until all have answered in time, there may be somebody.
            Awaitility.await().atMost(PATIENCE).until(() -> {
                client.search(connection, elsewhere);
                return !client.directory.mayFind(elsewhere);
            });

            Side newcomer = new Side();
            newcomer.directory.publish(new InetSocketAddress("127.0.0.1", 2));
            Awaitility.await().atMost(PATIENCE).until(() -> client.directory.mayFind(elsewhere));
        }
    }

    /** Who does not read what was asked for does not keep others from their answers. */
    @Test
    void answersOthersWhileOneAsksWithoutEnd() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            Side server = new Side();
            server.directory.publish(address);
            Side client = meet(server);
            int flood = connect(server);
            int sent = 0;
            while (sent < 10_000) {
                if (UnixSockets.send(flood, Question.greeting().encode())) {
                    sent++;
                } else {
                    Thread.onSpinWait();
                }
            }
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                try (SocketChannel connection = SocketChannel.open(address)) {
                    assertThat(client.search(connection, address).engine()).isEqualTo(server.groups.gid());
                }
            });
        }
    }

    @Test
    void oneUserTakesNoMoreThanIsLeftToOthers() throws Exception {
        Side server = new Side();
        server.directory.publish(new InetSocketAddress("127.0.0.1", 1));
        int last = -1;
        for (int i = 0; i < 513; i++) {
            last = connect(server);
            UnixSockets.send(last, Question.greeting().encode());
            awaitReadable(last);
        }

        assertThat(isSentAway(last)).isTrue();
    }

    /** What was said and not heard makes it a reset. */
    private static boolean isSentAway(int fd) throws OsException {
        try {
            return UnixSockets.receive(fd, ByteBuffer.allocate(100), new int[0]) == Sockets.EOF;
        } catch (OsException e) {
            return e.errno() == Errno.ECONNRESET;
        }
    }

    private static void awaitReadable(int fd) throws OsException {
        assertThat(Sockets.poll(fd, Sockets.POLLIN, (int) PATIENCE.toMillis())).isNotZero();
    }

    @Test
    void sendsAwayWhoSpeaksAnotherLanguage() throws Exception {
        Side server = new Side();
        server.directory.publish(new InetSocketAddress("127.0.0.1", 1));
        for (String words : List.of("x", "GET / HTTP/1.1", "SMQU", "SMWL" + "x".repeat(12))) {
            int fd = connect(server);
            UnixSockets.send(fd, ByteBuffer.wrap(words.getBytes()));
            awaitReadable(fd);
            assertThat(isSentAway(fd)).as(words).isTrue();
        }
        int fd = connect(server);
        UnixSockets.send(fd, new Question(2, 5, 0, Question.greeting().client(), Question.greeting().called())
                .encode());
        awaitReadable(fd);
        ByteBuffer answer = ByteBuffer.allocate(Answer.LENGTH);
        UnixSockets.receive(fd, answer, new int[0]);
        assertThat(Answer.decode(answer.flip()).verdict()).isEqualTo(Answer.Verdict.OTHER_VERSION);
    }

    @Test
    void leavesNothingBehindAndClearsAwayWhatOthersLeft() throws Exception {
        Gid dead = Gid.random();
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            Sockets.close(directory.listen(dead.toString(), 1));
        }
        Side server = new Side();
        server.directory.publish(new InetSocketAddress("127.0.0.1", 1));
        Awaitility.await().atMost(PATIENCE).until(() -> !Files.exists(path.resolve(dead.toString())));
        assertThat(path.resolve(server.groups.gid().toString())).exists();

        server.close();
        sides.remove(server);

        assertThat(path).isEmptyDirectory();
    }

    @Test
    void looksAgainForAnEngineThatHasHungUp() throws Exception {
        Gid busy = Gid.random();
        try (SocketDirectory directory = SocketDirectory.open(path.toString())) {
            int listener = directory.listen(busy.toString(), 4);
            Side client = new Side();
            Awaitility.await().atMost(PATIENCE).until(() -> client.directory.engines().contains(busy.toString()));
            hangUp(listener);
            Awaitility.await().atMost(PATIENCE).until(() -> client.directory.engines().isEmpty());

            Awaitility.await().atMost(PATIENCE).until(() -> client.directory.engines().contains(busy.toString()));
            hangUp(listener);
            Sockets.close(listener);

            Awaitility.await().atMost(PATIENCE).until(() -> !Files.exists(path.resolve(busy.toString())));
        }
    }

    private static void hangUp(int listener) throws OsException {
        awaitReadable(listener);
        Sockets.close(UnixSockets.accept(listener));
    }

    @Test
    void refusesADirectoryAtOthersMercyOnlyIfItIsNamed() throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(Side::new)
                .withMessageContaining(path.toString());
    }

    @Test
    void goesWithoutADirectoryThatIsNotThere() throws Exception {
        Side any = new Side();
        SharedDirectory missing = SharedDirectory.open(
                new SmcConfig.SharedMemory(true, path.resolve("missing").toString(), List.of()), any.loop, any.groups,
                0);

        assertThat(missing.path()).isNull();
        assertThat(missing.objection()).contains("does not exist");
        assertThat(missing.mayFind(new InetSocketAddress("192.0.2.1", 80))).isFalse();
        missing.publish(new InetSocketAddress("127.0.0.1", 1)).close();
        assertThat(missing.isListening()).isFalse();
    }
}
