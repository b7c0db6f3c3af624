package io.smc4j.engine.os.bpf;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The option between our sockets and the kernel's own AF_SMC, as the peers see it and as it is on the wire. To be run in
 * the lab's machine; throws if something is wrong.
 */
final class SynOptionLabCase {

    private static final String SERVER_IP = System.getenv("LAB_IP_B");
    private static final String INTERFACE = System.getenv("LAB_NETDEV_A");
    private static final Path KERNEL_TOOL = Path.of(System.getenv("LAB_SMC"));
    private static final long LIMIT_MILLIS = 60_000;

    /** Prints for each segment with SYN: "SYN" or "SYNACK", the server's port, and the option or "-". */
    private static final String SNIFFER = """
            import socket, sys
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            s.bind((sys.argv[1], 0))
            print('ready', flush=True)
            while True:
                p = s.recv(2000)
                if p[12:14] != b'\\x08\\0' or p[23] != 6:
                    continue
                t = p[14 + (p[14] & 15) * 4:]
                t, flags = t[:(t[12] >> 4) * 4], t[13]
                if flags & 2:
                    port = int.from_bytes(t[:2] if flags & 16 else t[2:4], 'big')
                    n = t.count(bytes.fromhex('fe06e2d4c3d9'))
                    print('SYNACK' if flags & 16 else 'SYN', port, n, flush=True)
                elif t.find(bytes.fromhex('fe06e2d4c3d9')) >= 0:
                    print('LATER', 0, 1, flush=True)
            """;

    private static final String PLAIN_CLIENT = """
            import socket, sys
            s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 30)
            s.sendall(b'data'); sys.exit(0 if s.recv(10) == b'pong' else 1)
            """;

    private static final String PLAIN_LISTENER = """
            import socket, sys
            s = socket.socket(); s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(5)
            while True:
                c, _ = s.accept(); c.sendall(c.recv(10)); c.close()
            """;

    private static final String SMC_CLIENT = """
            import sys; sys.path.insert(0, sys.argv[3])
            from smc import new_socket
            s = new_socket(False); s.settimeout(30); s.connect((sys.argv[1], int(sys.argv[2])))
            s.sendall(b'data'); sys.exit(0 if s.recv(10) == sys.argv[4].encode() else 1)
            """;

    private final List<Process> processes = new ArrayList<>();
    private final List<String> wire = new ArrayList<>();
    private final SynAnnouncer announcer;

    private SynOptionLabCase(SynAnnouncer announcer) {
        this.announcer = announcer;
    }

    public static void main(String[] args) throws Exception {
        try (SynAnnouncer announcer = SynAnnouncer.load()) {
            SynOptionLabCase lab = new SynOptionLabCase(announcer);
            try {
                lab.sniff();
                for (boolean ipv6 : new boolean[] {true, false}) {
                    int base = ipv6 ? 7200 : 7220;
                    lab.clientMeetsKernelListener(base, ipv6);
                    lab.clientMeetsPlainListener(base + 1, ipv6);
                    lab.kernelClientMeetsListener(base + 2, ipv6);
                    lab.plainClientMeetsListener(base + 3, ipv6);
                }
                lab.othersInTheSameGroupAreLeftAlone(7240);
                lab.kernelSocketsInTheSameGroupAreLeftAlone(7250);
                lab.nothingBeyondTheHandshakeCarriesTheOption();
            } finally {
                lab.processes.forEach(Process::destroyForcibly);
            }
        }
        System.out.println("SynOptionLabCase: all is well");
    }

    /** Plain client of ours, AF_SMC listener of the kernel. */
    private void clientMeetsKernelListener(int port, boolean ipv6) throws Exception {
        kernel("listen", "echo", SERVER_IP, Integer.toString(port), "--accept", "0");
        awaitListener(port);
        try (Client client = new Client(port, ipv6, true)) {
            check("the kernel's SYN/ACK had it", announcer.peerAnnounced(client.fd), true);
        }
        check("our SYN had it", wireOf("SYN", port), "1");
        check("the kernel's SYN/ACK had it on the wire", wireOf("SYNACK", port), "1");
        done("client -> AF_SMC listener", ipv6);
    }

    private void clientMeetsPlainListener(int port, boolean ipv6) throws Exception {
        python(PLAIN_LISTENER, SERVER_IP, Integer.toString(port));
        awaitListener(port);
        try (Client client = new Client(port, ipv6, true)) {
            check("no option in the SYN/ACK", announcer.peerAnnounced(client.fd), false);
            client.send("data");
            check("plain data comes back", client.receive(4), "64617461");
        }
        check("our SYN had it", wireOf("SYN", port), "1");
        check("none on the wire", wireOf("SYNACK", port), "0");
        done("client -> plain listener", ipv6);
    }

    /** AF_SMC client of the kernel, announcing plain listener of ours. */
    private void kernelClientMeetsListener(int port, boolean ipv6) throws Exception {
        try (Listener listener = new Listener(port, ipv6, true)) {
            Process peer = python(SMC_CLIENT, SERVER_IP, Integer.toString(port), KERNEL_TOOL.getParent().toString(), "pong");
            int accepted = listener.accept();
            check("the SYN had it", SavedSyn.hasSmcOption(accepted), true);
            check("the SYN/ACK had it", announcer.answered(accepted), true);
            check("CLC Proposal", receive(accepted, 5), "e2d4c3d901");
            declineAndEcho(accepted);
            check("AF_SMC client is content", exit(peer), 0);
            Sockets.close(accepted);
        }
        check("on the wire", wireOf("SYN", port), "1");
        check("on the wire", wireOf("SYNACK", port), "1");
        done("AF_SMC client -> listener", ipv6);
    }

    /** What is left of the Proposal is answered with a Decline of version 2, and the connection goes on as plain TCP. */
    private static void declineAndEcho(int accepted) throws OsException {
        int length = HexFormat.fromHexDigits(receive(accepted, 2));
        receive(accepted, length - 7);
        String decline = "e2d4c3d904002c20" + "000102000000000a" + "03010000" + "20" + "00".repeat(19) + "e2d4c3d9";
        Sockets.write(accepted, ByteBuffer.wrap(HexFormat.of().parseHex(decline)));
        check("data after the Decline", receive(accepted, 4), "64617461");
        Sockets.write(accepted, ByteBuffer.wrap("pong".getBytes(StandardCharsets.US_ASCII)));
    }

    private void plainClientMeetsListener(int port, boolean ipv6) throws Exception {
        try (Listener listener = new Listener(port, ipv6, true)) {
            Process peer = python(PLAIN_CLIENT, SERVER_IP, Integer.toString(port));
            int accepted = listener.accept();
            check("no option in the SYN", SavedSyn.hasSmcOption(accepted), false);
            check("no option in the SYN/ACK", announcer.answered(accepted), false);
            check("data", receive(accepted, 4), "64617461");
            Sockets.write(accepted, ByteBuffer.wrap("pong".getBytes(StandardCharsets.US_ASCII)));
            check("plain client is content", exit(peer), 0);
            Sockets.close(accepted);
        }
        check("none on the wire", wireOf("SYNACK", port), "0");
        done("plain client -> listener", ipv6);
    }

    /** Another process of the group, and our own sockets that did not announce. */
    private void othersInTheSameGroupAreLeftAlone(int port) throws Exception {
        python(PLAIN_LISTENER, SERVER_IP, Integer.toString(port));
        awaitListener(port);
        Process peer = python(SMC_CLIENT, SERVER_IP, Integer.toString(port), KERNEL_TOOL.getParent().toString(), "data");
        check("AF_SMC client falls back at once", exit(peer), 0);
        check("AF_SMC client's SYN", wireOf("SYN", port), "1");
        check("plain listener of another process", wireOf("SYNACK", port), "0");

        try (Listener listener = new Listener(port + 1, true, false)) {
            peer = python(SMC_CLIENT, SERVER_IP, Integer.toString(port + 1), KERNEL_TOOL.getParent().toString(), "pong");
            int accepted = listener.accept();
            check("SYN of the AF_SMC client", SavedSyn.hasSmcOption(accepted), true);
            check("our listener that did not announce", announcer.answered(accepted), false);
            check("no CLC", receive(accepted, 4), "64617461");
            Sockets.write(accepted, ByteBuffer.wrap("pong".getBytes(StandardCharsets.US_ASCII)));
            check("AF_SMC client is content", exit(peer), 0);
            Sockets.close(accepted);
        }
        check("none on the wire", wireOf("SYNACK", port + 1), "0");
        done("others", true);
    }

    private void kernelSocketsInTheSameGroupAreLeftAlone(int port) throws Exception {
        kernel("listen", "echo", SERVER_IP, Integer.toString(port), "--accept", "0");
        awaitListener(port);
        check("AF_SMC to AF_SMC", exit(kernel("connect", "messages", SERVER_IP, Integer.toString(port), "--count", "1",
                "--require", "SMCR")), 0);
        check("once in the SYN", wireOf("SYN", port), "1");
        check("once in the SYN/ACK", wireOf("SYNACK", port), "1");
        done("AF_SMC <-> AF_SMC", false);
    }

    private void nothingBeyondTheHandshakeCarriesTheOption() {
        synchronized (wire) {
            check("later segments", wire.stream().filter(line -> line.startsWith("LATER")).count(), 0L);
        }
    }

    private void sniff() throws Exception {
        Process sniffer = python(SNIFFER, INTERFACE);
        BufferedReader lines = sniffer.inputReader();
        check("sniffer", lines.readLine(), "ready");
        Thread reader = new Thread(() -> lines.lines().forEach(line -> {
            synchronized (wire) {
                wire.add(line);
                wire.notifyAll();
            }
        }));
        reader.setDaemon(true);
        reader.start();
    }

    /** How often the option was in the next segment of this kind; each is told once. */
    private String wireOf(String kind, int port) throws InterruptedException {
        String prefix = kind + " " + port + " ";
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        synchronized (wire) {
            while (System.nanoTime() < end) {
                for (int i = 0; i < wire.size(); i++) {
                    if (wire.get(i).startsWith(prefix)) {
                        return wire.remove(i).substring(prefix.length());
                    }
                }
                wire.wait(100);
            }
        }
        throw new IllegalStateException("no " + kind + " on the wire for port " + port + ": " + wire);
    }

    /** Waits until somebody listens, by plain attempts, and takes the traces of that off the wire. */
    private void awaitListener(int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (System.nanoTime() < end) {
            try (Client client = new Client(port, false, false)) {
                check("a SYN without the option", wireOf("SYN", port), "0");
                check("is answered without it", wireOf("SYNACK", port), "0");
                return;
            } catch (OsException e) {
                wireOf("SYN", port);
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("nobody listens on " + port);
    }

    private Process kernel(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", KERNEL_TOOL.toString()));
        command.addAll(List.of(arguments));
        return start(command, ProcessBuilder.Redirect.DISCARD);
    }

    private Process python(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", program));
        command.addAll(List.of(arguments));
        return start(command, ProcessBuilder.Redirect.PIPE);
    }

    private Process start(List<String> command, ProcessBuilder.Redirect output) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(output)
                .start();
        processes.add(process);
        return process;
    }

    private static int exit(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("does not end: " + process.info().commandLine());
        }
        return process.exitValue();
    }

    private static String receive(int fd, int length) throws OsException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (Sockets.poll(fd, Sockets.POLLIN, LIMIT_MILLIS) == 0 || Sockets.read(fd, bytes) == Sockets.EOF) {
                break;
            }
        }
        return HexFormat.of().formatHex(bytes.array(), 0, bytes.position());
    }

    private static void check(String what, Object actual, Object expected) {
        if (!Objects.equals(actual, expected)) {
            throw new IllegalStateException(what + ": " + actual + ", not " + expected);
        }
    }

    private static void done(String what, boolean ipv6) {
        System.out.println("ok: " + what + (ipv6 ? " (socket of IPv6)" : " (socket of IPv4)"));
    }

    private final class Client implements AutoCloseable {

        private final int fd;

        Client(int port, boolean ipv6, boolean announces) throws OsException {
            fd = Sockets.openStream(ipv6);
            if (announces) {
                check("room", announcer.announce(fd), true);
            }
            try {
                if (!Sockets.connect(fd, ipv6, new InetSocketAddress(SERVER_IP, port))) {
                    Sockets.poll(fd, Sockets.POLLOUT, LIMIT_MILLIS);
                    int error = Sockets.connectResult(fd);
                    if (error != 0) {
                        throw OsException.of("connect", error);
                    }
                }
            } catch (OsException e) {
                close();
                throw e;
            }
        }

        void send(String text) throws OsException {
            Sockets.write(fd, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }

        String receive(int length) throws OsException {
            return SynOptionLabCase.receive(fd, length);
        }

        @Override
        public void close() {
            announcer.forget(fd);
            Sockets.close(fd);
        }
    }

    private final class Listener implements AutoCloseable {

        private final int fd;

        Listener(int port, boolean ipv6, boolean announces) throws OsException {
            fd = Sockets.openStream(ipv6);
            Sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
            Sockets.bind(fd, ipv6, new InetSocketAddress(ipv6 ? "0.0.0.0" : SERVER_IP, port));
            SavedSyn.save(fd);
            if (announces) {
                check("room", announcer.announce(fd), true);
            }
            Sockets.listen(fd, 8);
        }

        int accept() throws OsException {
            Sockets.poll(fd, Sockets.POLLIN, LIMIT_MILLIS);
            return Sockets.accept(fd);
        }

        @Override
        public void close() {
            announcer.forget(fd);
            Sockets.close(fd);
        }
    }
}
