package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.lab.Guest;
import io.smc4j.engine.lab.Guest.End;
import io.smc4j.engine.lab.GuestCase;
import io.smc4j.engine.lab.GuestProcess;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/** The option between our sockets and the kernel's AF_SMC, as the peers see it and as it is on the wire. */
final class SynOptionLabCase {

    private static final HexFormat HEX = HexFormat.of();
    private static final boolean[] FAMILIES = {true, false};
    private static final long PATIENCE_MILLIS = Guest.patience(Duration.ofSeconds(6)).toMillis();

    @GuestCase
    void ourClientAndAKernelListener() throws Exception {
        try (WireTap wire = new WireTap(); SynAnnouncer announcer = SynAnnouncer.load()) {
            for (boolean ipv6 : FAMILIES) {
                try (GuestProcess listener = GuestProcess.smc("listen", "echo", End.B.ip(), "0")) {
                    int port = listener.awaitPort();
                    try (Client client = new Client(announcer, port, ipv6)) {
                        assertThat(announcer.peerAnnounced(client.fd)).as("the kernel's SYN/ACK had it").isTrue();
                    }
                    wire.assertHandshake(port, true, true);
                }
            }
        }
    }

    @GuestCase
    void ourClientAndAPlainListener() throws Exception {
        try (WireTap wire = new WireTap(); SynAnnouncer announcer = SynAnnouncer.load()) {
            for (boolean ipv6 : FAMILIES) {
                try (ServerSocket listener = new ServerSocket(0, 1, End.B.address());
                        Client client = new Client(announcer, listener.getLocalPort(), ipv6);
                        Socket accepted = listener.accept()) {
                    assertThat(announcer.peerAnnounced(client.fd)).isFalse();
                    accepted.getOutputStream().write(HEX.parseHex("64617461"));
                    assertThat(receive(client.fd, 4)).isEqualTo("64617461");
                    wire.assertHandshake(listener.getLocalPort(), true, false);
                }
            }
        }
    }

    @GuestCase
    void aKernelClientAndOurListener() throws Exception {
        try (WireTap wire = new WireTap(); SynAnnouncer announcer = SynAnnouncer.load()) {
            for (boolean ipv6 : FAMILIES) {
                try (Listener listener = new Listener(announcer,
                        ipv6); GuestProcess peer = kernelClient(listener.port)) {
                    int accepted = listener.accept();
                    assertThat(SavedSyn.hasSmcOption(accepted)).as("the SYN had it").isTrue();
                    assertThat(announcer.answered(accepted)).as("the SYN/ACK had it").isTrue();
                    assertThat(receive(accepted, 5)).as("CLC Proposal").isEqualTo("e2d4c3d901");
                    decline(accepted);
                    echo(accepted);
                    peer.awaitSuccess();
                    wire.assertHandshake(listener.port, true, true);
                }
            }
        }
    }

    @GuestCase
    void aPlainClientAndOurListener() throws Exception {
        try (WireTap wire = new WireTap(); SynAnnouncer announcer = SynAnnouncer.load()) {
            for (boolean ipv6 : FAMILIES) {
                try (Listener listener = new Listener(announcer, ipv6);
                        Socket client = new Socket(End.B.address(), listener.port)) {
                    int accepted = listener.accept();
                    assertThat(SavedSyn.hasSmcOption(accepted)).isFalse();
                    assertThat(announcer.answered(accepted)).isFalse();
                    client.getOutputStream().write(HEX.parseHex("64617461"));
                    assertThat(receive(accepted, 4)).isEqualTo("64617461");
                    Sockets.close(accepted);
                    wire.assertHandshake(listener.port, false, false);
                }
            }
        }
    }

    @GuestCase
    void otherProcessesOfTheGroupAreLeftAlone() throws Exception {
        try (WireTap wire = new WireTap(); SynAnnouncer announcer = SynAnnouncer.load()) {
            try (GuestProcess listener = GuestProcess.smc("listen", "echo", End.B.ip(), "0", "--tcp")) {
                int port = listener.awaitPort();
                try (GuestProcess client = kernelClient(port)) {
                    client.awaitSuccess();
                    wire.assertHandshake(port, true, false);
                }
            }
            try (GuestProcess listener = GuestProcess.smc("listen", "echo", End.B.ip(), "0", "--require", "SMCR")) {
                int port = listener.awaitPort();
                try (GuestProcess client = GuestProcess.smc("connect", "messages", End.B.ip(), Integer.toString(port),
                        "--count", "1", "--require", "SMCR")) {
                    client.awaitSuccess();
                    wire.assertHandshake(port, true, true);
                }
            }
        }
    }

    @GuestCase
    void ourSocketsThatDoNotAnnounceAreLeftAlone() throws Exception {
        try (WireTap wire = new WireTap(); SynAnnouncer announcer = SynAnnouncer.load();
                Listener listener = new Listener(null, true); GuestProcess peer = kernelClient(listener.port)) {
            int accepted = listener.accept();
            assertThat(SavedSyn.hasSmcOption(accepted)).isTrue();
            assertThat(announcer.answered(accepted)).isFalse();
            echo(accepted);
            peer.awaitSuccess();
            wire.assertHandshake(listener.port, true, false);
        }
    }

    /** An AF_SMC socket that sends four bytes and wants them back. */
    private static GuestProcess kernelClient(int port) throws Exception {
        return GuestProcess.smc("connect", "messages", End.B.ip(), Integer.toString(port), "--count", "1", "--chunk",
                "4");
    }

    /**
     * What is left of the Proposal is answered with a Decline of version 2, and the connection goes on as plain TCP.
     */
    private static void decline(int accepted) throws OsException {
        int length = HexFormat.fromHexDigits(receive(accepted, 2));
        receive(accepted, length - 7);
        String decline = "e2d4c3d904002c20" + "000102000000000a" + "03010000" + "20" + "00".repeat(19) + "e2d4c3d9";
        Sockets.write(accepted, ByteBuffer.wrap(HEX.parseHex(decline)));
    }

    private static void echo(int accepted) throws OsException {
        Sockets.write(accepted, ByteBuffer.wrap(HEX.parseHex(receive(accepted, 4))));
        assertThat(receive(accepted, 1)).as("no more").isEmpty();
        Sockets.close(accepted);
    }

    private static String receive(int fd, int length) throws OsException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (Sockets.poll(fd, Sockets.POLLIN, PATIENCE_MILLIS) == 0 || Sockets.read(fd, bytes) == Sockets.EOF) {
                break;
            }
        }
        return HEX.formatHex(Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private static final class Client implements AutoCloseable {

        private final SynAnnouncer announcer;
        private final int fd;

        Client(SynAnnouncer announcer, int port, boolean ipv6) throws OsException {
            this.announcer = announcer;
            fd = Sockets.openStream(ipv6);
            assertThat(announcer.announce(fd)).as("room").isTrue();
            if (!Sockets.connect(fd, ipv6, new InetSocketAddress(End.B.address(), port))) {
                assertThat(Sockets.poll(fd, Sockets.POLLOUT, PATIENCE_MILLIS)).isEqualTo(Sockets.POLLOUT);
                assertThat(Sockets.connectResult(fd)).isZero();
            }
        }

        @Override
        public void close() {
            announcer.forget(fd);
            Sockets.close(fd);
        }
    }

    private static final class Listener implements AutoCloseable {

        private final SynAnnouncer announcer;
        private final int fd;
        private final int port;

        /** Without an announcer it does not announce. */
        Listener(SynAnnouncer announcer, boolean ipv6) throws OsException {
            this.announcer = announcer;
            fd = Sockets.openStream(ipv6);
            Sockets.bind(fd, ipv6, new InetSocketAddress(ipv6 ? "0.0.0.0" : End.B.ip(), 0));
            SavedSyn.save(fd);
            if (announcer != null) {
                assertThat(announcer.announce(fd)).as("room").isTrue();
            }
            Sockets.listen(fd, 8);
            port = Sockets.localAddress(fd).getPort();
        }

        int accept() throws OsException {
            Sockets.poll(fd, Sockets.POLLIN, PATIENCE_MILLIS);
            return Sockets.accept(fd);
        }

        @Override
        public void close() {
            if (announcer != null) {
                announcer.forget(fd);
            }
            Sockets.close(fd);
        }
    }
}
