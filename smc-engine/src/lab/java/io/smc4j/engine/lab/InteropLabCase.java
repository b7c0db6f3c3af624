package io.smc4j.engine.lab;

import static io.smc4j.engine.lab.Guest.End.A;
import static io.smc4j.engine.lab.Guest.End.B;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Two engines with each other, and an engine with the kernel's AF_SMC, found by the option in TCP's handshake. */
@RunsIn({MachineKind.SMC_V2, MachineKind.SMC_V1})
final class InteropLabCase {

    @GuestCase(seconds = 40)
    void smoke() throws Exception {
        twoEngines(2);
        ourClient("echo", 2, 1 << 16);
        kernelClient(1, "exchange", "--mib", "2");
    }

    @GuestCase
    void connectionsBegunAtOnceShareALinkGroup() throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(20);
            List<CompletableFuture<SocketChannel>> connecting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                connecting.add(CompletableFuture.supplyAsync(
                        () -> EnginePeer.unchecked(() -> client.connect(B.ip(), port)), EnginePeer.THREADS));
            }
            List<SocketChannel> channels = connecting.stream().map(EnginePeer::join).toList();
            client.requireSmcr(20);
            assertThat(client.snapshot().linkGroups()).hasSize(1);
            for (SocketChannel channel : channels) {
                EnginePeer.messages(channel, 3, 1000);
                channel.close();
            }
            EnginePeer.join(served);
        }
    }

    @GuestCase
    void smallMessagesWithAKernelServer() throws Exception {
        try (EnginePeer client = new EnginePeer(A); GuestProcess server = kernelServer("echo", 1);
                SocketChannel channel = client.connect(B.ip(), server.awaitPort())) {
            EnginePeer.messages(channel, 500, 33);
            server.awaitSuccess();
        }
    }

    @GuestCase
    void smallMessagesWithAKernelClient() throws Exception {
        kernelClient(1, "messages", "--count", "500", "--chunk", "33", "--nodelay");
    }

    @GuestCase(seconds = 60)
    void muchWithAKernelServer() throws Exception {
        ourClient("echo", 100, 1 << 16);
    }

    @GuestCase(seconds = 60)
    void muchWithAKernelClient() throws Exception {
        kernelClient(1, "exchange", "--mib", "100");
    }

    @GuestCase
    void halfCloseByUs() throws Exception {
        try (EnginePeer client = new EnginePeer(A); GuestProcess server = kernelServer("digest", 1);
                SocketChannel channel = client.connect(B.ip(), server.awaitPort())) {
            client.requireSmcr(1);
            EnginePeer.Stream sent = EnginePeer.send(channel, 3, 1 << 16);
            channel.shutdownOutput();
            EnginePeer.Stream answer = EnginePeer.receive(channel);
            assertThat(answer.bytes()).isEqualTo(64);
            server.awaitSuccess();
            assertThat(connections(server).get(0)).containsEntry("received_sha256", sent.sha256())
                    .containsEntry("mode", "SMCR");
        }
    }

    /** The kernel makes one handshake after the other, and gives each six seconds in all, on a busy host too. */
    @GuestCase(seconds = 60)
    void manyConnectionsWithAKernelClient() throws Exception {
        try (EnginePeer server = new EnginePeer(B)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(101);
            kernelConnects(port, 1, "exchange", "--mib", "0.02");
            kernelConnects(port, 100, "exchange", "--parallel", "100", "--mib", "0.02");
            assertThat(server.snapshot().linkGroups()).hasSize(1);
            EnginePeer.join(served);
        }
    }

    @GuestCase
    void aKilledKernelClientEndsItsStream() throws Exception {
        try (EnginePeer server = new EnginePeer(B)) {
            int port = server.listen();
            try (GuestProcess client = GuestProcess.smc("connect", "source", B.ip(), Integer.toString(port), "--mib",
                    "50",
                    "--die-after", "1000000"); SocketChannel channel = server.accept()) {
                long received = readToTheEnd(channel);
                assertThat(client.exitCode()).isEqualTo(128 + 9);
                assertThat(received).isLessThan(50 << 20);
            }
        }
    }

    /** The kernel learns of it by its test of the link only, which it makes every 30 seconds unless told otherwise. */
    @GuestCase
    void theKernelSurvivesOurDeath() throws Exception {
        try (GuestProcess sysctl = GuestProcess.smc("sysctl", "smcr_testlink_time", "2")) {
            sysctl.awaitSuccess();
        }
        try (GuestProcess server = kernelServer("sink", 1);
                GuestProcess client =
                        GuestProcess.java(EngineMain.class, B.ip(), Integer.toString(server.awaitPort()))) {
            client.await("^sent ");
            client.signal("KILL");
            assertThat(client.exitCode()).isEqualTo(128 + 9);
            Map<String, String> connection = Guest.fields(server.await("^connection .*").group());
            assertThat(connection).containsEntry("mode", "SMCR");
            assertThat(connection.get("end")).isNotEqualTo("eof");
        }
        ourClient("echo", 1, 1 << 16);
    }

    /** The end may be in order or a reset: the kernel closes what its dead processes leave. */
    private static long readToTheEnd(SocketChannel channel) {
        ByteBuffer target = ByteBuffer.allocate(1 << 16);
        long total = 0;
        try {
            for (int n = channel.read(target); n >= 0; n = channel.read(target.clear())) {
                total += n;
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return total;
    }

    @GuestCase(seconds = 90)
    void manyConnectionsWithAKernelServer() throws Exception {
        try (EnginePeer client = new EnginePeer(A); GuestProcess server = kernelServer("echo", 200)) {
            int port = server.awaitPort();
            List<SocketChannel> channels = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                // The kernel's queue is short; when it is full, SYN cookies answer, which know no option of SMC.
                channels.add(client.connect(B.ip(), port));
                client.requireSmcr(i);
            }
            assertThat(client.snapshot().linkGroups()).hasSize(1);
            for (SocketChannel channel : channels) {
                EnginePeer.Stream[] streams = EnginePeer.exchange(channel, 0.02, 1 << 14);
                assertThat(streams[1]).isEqualTo(streams[0]);
                channel.close();
            }
            server.awaitSuccess();
        }
    }

    private static void twoEngines(double mib) throws Exception {
        try (EnginePeer server = new EnginePeer(B); EnginePeer client = new EnginePeer(A)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(1);
            try (SocketChannel channel = client.connect(B.ip(), port)) {
                client.requireSmcr(1);
                EnginePeer.Stream[] streams = EnginePeer.exchange(channel, mib, 50_000);
                assertThat(streams[1]).isEqualTo(streams[0]);
                assertThat(client.snapshot().linkGroups()).hasSize(1);
            }
            EnginePeer.join(served);
        }
    }

    private static void ourClient(String role, double mib, int chunk) throws Exception {
        try (EnginePeer client = new EnginePeer(A); GuestProcess server = kernelServer(role, 1);
                SocketChannel channel = client.connect(B.ip(), server.awaitPort())) {
            client.requireSmcr(1);
            EnginePeer.Stream[] streams = EnginePeer.exchange(channel, mib, chunk);
            assertThat(streams[1]).isEqualTo(streams[0]);
            server.awaitSuccess();
            assertThat(connections(server)).singleElement().satisfies(connection -> assertThat(connection)
                    .containsEntry("mode", "SMCR").containsEntry("received_sha256", streams[0].sha256()));
        }
    }

    private static void kernelClient(int connections, String role, String... options) throws Exception {
        try (EnginePeer server = new EnginePeer(B)) {
            int port = server.listen();
            CompletableFuture<Void> served = server.echo(connections);
            kernelConnects(port, connections, role, options);
            EnginePeer.join(served);
        }
    }

    static void kernelConnects(int port, int connections, String role, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("connect", role, B.ip(), Integer.toString(port), "--require", "SMCR"));
        arguments.addAll(List.of(options));
        try (GuestProcess client = GuestProcess.smc(arguments.toArray(String[]::new))) {
            client.awaitSuccess();
            assertThat(connections(client)).hasSize(connections).allSatisfy(connection -> assertThat(connection)
                    .containsEntry("mode", "SMCR").containsEntry("received_sha256", connection.get("sent_sha256")));
        }
    }

    private static GuestProcess kernelServer(String role, int connections) throws Exception {
        return GuestProcess.smc("listen", role, B.ip(), "0", "--accept", Integer.toString(connections), "--require",
                "SMCR");
    }

    private static List<Map<String, String>> connections(GuestProcess process) {
        return process.lines().stream().filter(line -> line.startsWith("connection ")).map(Guest::fields).toList();
    }
}
