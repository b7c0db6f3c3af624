package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs rights for more than the reasons for failure. */
class SynAnnouncerTest {

    private SynAnnouncer announcer;
    private BpfException refusal;

    @BeforeEach
    void load() {
        try {
            announcer = SynAnnouncer.load();
        } catch (BpfException e) {
            refusal = e;
        }
    }

    @AfterEach
    void close() {
        if (announcer != null) {
            announcer.close();
        }
    }

    private void assumeLoaded() {
        assumeThat(announcer).as("not loaded here: " + refusal).isNotNull();
    }

    @Test
    void worksOrSaysWhyNot() {
        if (announcer == null) {
            assertThat(refusal.reason()).as(refusal.getMessage()).isNotEqualTo(BpfException.Reason.FAILED);
            assertThat(refusal.getMessage()).isNotBlank().doesNotContain("\n");
            assertThat(refusal.hint()).isNotBlank();
        } else {
            assertThat(refusal).isNull();
        }
    }

    @Test
    void saysThatThereIsNoControlGroup(@TempDir Path empty) {
        assertThatThrownBy(() -> SynAnnouncer.load(empty)).isInstanceOfSatisfying(BpfException.class,
                e -> assertThat(e.reason()).isEqualTo(BpfException.Reason.NO_CGROUP2));
    }

    @Test
    void bothSidesKnowWhenBothAnnounced() throws Exception {
        assumeLoaded();
        for (boolean ipv6 : families()) {
            try (Pair pair = new Pair(announcer, ipv6, loopback(false), true, true)) {
                assertThat(announcer.peerAnnounced(pair.client)).isTrue();
                assertThat(announcer.answered(pair.accepted)).isTrue();
                assertThat(SavedSyn.hasSmcOption(pair.accepted)).isTrue();
            }
        }
    }

    @Test
    void worksOverRealIpv6() throws Exception {
        assumeLoaded();
        assumeThat(Sockets.ipv6Available()).isTrue();
        try (Pair pair = new Pair(announcer, true, loopback(true), true, true)) {
            assertThat(announcer.peerAnnounced(pair.client)).isTrue();
            assertThat(announcer.answered(pair.accepted)).isTrue();
            assertThat(SavedSyn.hasSmcOption(pair.accepted)).isTrue();
        }
    }

    @Test
    void onlyOneSideAnnounces() throws Exception {
        assumeLoaded();
        for (boolean ipv6 : families()) {
            try (Pair pair = new Pair(announcer, ipv6, loopback(false), true, false)) {
                assertThat(announcer.peerAnnounced(pair.client)).isFalse();
                assertThat(announcer.answered(pair.accepted)).isFalse();
                assertThat(SavedSyn.hasSmcOption(pair.accepted)).isTrue();
            }
            try (Pair pair = new Pair(announcer, ipv6, loopback(false), false, true)) {
                assertThat(announcer.peerAnnounced(pair.client)).isFalse();
                assertThat(announcer.answered(pair.accepted)).isFalse();
                assertThat(SavedSyn.hasSmcOption(pair.accepted)).isFalse();
            }
        }
    }

    @Test
    void forgottenSocketsDoNotAnnounce() throws Exception {
        assumeLoaded();
        int listener = Sockets.openStream(false);
        int client = Sockets.openStream(false);
        assertThat(announcer.announce(listener)).isTrue();
        assertThat(announcer.announce(client)).isTrue();
        announcer.forget(listener);
        announcer.forget(SynAnnouncer.cookie(client));
        announcer.forget(client);
        try (Pair pair = new Pair(announcer, listener, client, false, loopback(false))) {
            assertThat(SavedSyn.hasSmcOption(pair.accepted)).isFalse();
            assertThat(announcer.answered(pair.accepted)).isFalse();
        }
    }

    @Test
    void listenersOfOnePortAreCounted() throws Exception {
        assumeLoaded();
        int first = Sockets.openStream(false);
        int second = Sockets.openStream(false);
        int client = Sockets.openStream(false);
        try {
            InetSocketAddress address = new InetSocketAddress(loopback(false), 0);
            for (int listener : new int[] {first, second}) {
                SocketOptions.set(listener, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1);
                Sockets.bind(listener, false, address);
                announcer.announce(listener);
                Sockets.listen(listener, 1);
                address = Sockets.localAddress(listener);
            }
            announcer.forget(first);
            Sockets.close(first);
            announcer.announce(client);
            Sockets.connect(client, false, address);
            Sockets.poll(client, Sockets.POLLOUT, -1);
            assertThat(announcer.peerAnnounced(client)).isTrue();

            announcer.forget(second);
            int late = Sockets.openStream(false);
            announcer.announce(late);
            Sockets.connect(late, false, address);
            Sockets.poll(late, Sockets.POLLOUT, -1);
            boolean answered = announcer.peerAnnounced(late);
            announcer.forget(late);
            Sockets.close(late);
            assertThat(answered).isFalse();
        } finally {
            Sockets.close(second);
            Sockets.close(client);
        }
    }

    @Test
    void fullTableLeavesSocketsPlain() throws Exception {
        assumeLoaded();
        try (SynAnnouncer small = SynAnnouncer.load(ControlGroup.find(Path.of("/")), 1)) {
            int listener = Sockets.openStream(false);
            int client = Sockets.openStream(false);
            assertThat(small.announce(listener)).isTrue();
            assertThat(small.announce(listener)).as("again").isTrue();
            assertThat(small.announce(client)).isFalse();
            try (Pair pair = new Pair(small, listener, client, false, loopback(false))) {
                assertThat(small.peerAnnounced(client)).isFalse();
                assertThat(SavedSyn.hasSmcOption(pair.accepted)).isFalse();
            }
        }
    }

    @Test
    void twoDoNotMixUpTheirSockets() throws Exception {
        assumeLoaded();
        try (SynAnnouncer other = SynAnnouncer.load()) {
            int listener = Sockets.openStream(false);
            int client = Sockets.openStream(false);
            other.announce(listener);
            announcer.announce(client);
            try (Pair pair = new Pair(announcer, listener, client, false, loopback(false))) {
                assertThat(announcer.peerAnnounced(client)).isTrue();
                assertThat(other.peerAnnounced(client)).isFalse();
                assertThat(other.answered(pair.accepted)).isTrue();
                assertThat(announcer.answered(pair.accepted)).isFalse();
            }
        }
    }

    @Test
    void closedDoesNothing() throws Exception {
        assumeLoaded();
        announcer.close();
        announcer.close();
        try (Pair pair = new Pair(announcer, false, loopback(false), true, true)) {
            assertThat(announcer.announce(pair.client)).isFalse();
            assertThat(announcer.peerAnnounced(pair.client)).isFalse();
            assertThat(announcer.answered(pair.accepted)).isFalse();
            announcer.forget(pair.client);
            assertThat(SavedSyn.hasSmcOption(pair.accepted)).isFalse();
        }
    }

    @Test
    void leavesNothingBehind(@TempDir Path noGroup) throws Exception {
        assumeLoaded();
        List<String> before = kernelObjects();
        SynAnnouncer.load().close();
        for (Path wrong : List.of(noGroup, noGroup.resolve("missing"))) {
            assertThatThrownBy(() -> SynAnnouncer.load(wrong, 1)).isInstanceOf(BpfException.class);
        }
        assertThat(kernelObjects()).isEqualTo(before);
    }

    /** Descriptors and mappings of what bpf(2) makes. */
    private static List<String> kernelObjects() throws IOException {
        List<String> found = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).toString().contains("bpf")) {
                    found.add(each.toString());
                }
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            if (line.contains("bpf")) {
                found.add(line);
            }
        }
        Collections.sort(found);
        return found;
    }

    @Test
    void tellsThatADescriptorIsNoSocket() {
        assumeLoaded();
        assertThatThrownBy(() -> announcer.announce(-1)).isInstanceOf(OsException.class);
        announcer.forget(-1);
    }

    private static boolean[] families() {
        return Sockets.ipv6Available() ? new boolean[] {false, true} : new boolean[] {false};
    }

    private static InetAddress loopback(boolean ipv6) throws Exception {
        byte[] address = ipv6 ? Inet6Address.getByName("::1").getAddress() : new byte[] {127, 0, 0, 1};
        return InetAddress.getByAddress(address);
    }

    /** A listener, a client and the connection between them. */
    private static final class Pair implements AutoCloseable {

        private final SynAnnouncer announcer;
        private final int listener;
        private final int client;
        private final int accepted;

        Pair(SynAnnouncer announcer, boolean ipv6, InetAddress host, boolean clientAnnounces, boolean listenerAnnounces)
                throws OsException {
            this(announcer, announced(announcer, ipv6, listenerAnnounces), announced(announcer, ipv6, clientAnnounces),
                    ipv6, host);
        }

        Pair(SynAnnouncer announcer, int listener, int client, boolean ipv6, InetAddress host) throws OsException {
            this.announcer = announcer;
            this.listener = listener;
            this.client = client;
            Sockets.bind(listener, ipv6, new InetSocketAddress(host, 0));
            SavedSyn.save(listener);
            Sockets.listen(listener, 1);
            Sockets.connect(client, ipv6, new InetSocketAddress(host, Sockets.localAddress(listener).getPort()));
            Sockets.poll(client, Sockets.POLLOUT, -1);
            Sockets.poll(listener, Sockets.POLLIN, -1);
            accepted = Sockets.accept(listener);
        }

        private static int announced(SynAnnouncer announcer, boolean ipv6, boolean yes) throws OsException {
            int fd = Sockets.openStream(ipv6);
            if (yes) {
                announcer.announce(fd);
            }
            return fd;
        }

        @Override
        public void close() {
            for (int fd : new int[] {client, listener, accepted}) {
                announcer.forget(fd);
                Sockets.close(fd);
            }
        }
    }
}
