package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Flight Recorder costs a process in which nobody records, or that does not have it. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class UnrecordedProcessTest {

    @Test
    void noClassOfAnEventIsLoadedBeforeSomebodyRecords() throws Exception {
        List<String> lines = run("-Xlog:class+load");
        assertThat(lines).anyMatch(line -> line.contains("jdk.jfr.FlightRecorder "));
        assertThat(lines).noneMatch(line -> line.contains("jdk.jfr.Event ")
                || line.contains("jdk.jfr.internal.PlatformRecorder "));
        assertThat(lines).as("no MBean server").noneMatch(line -> line.contains("JmxMBeanServer "));
        assertThat(run("-Xlog:class+load", "-XX:StartFlightRecording"))
                .anyMatch(line -> line.contains("engine.events.ConnectionEvents$Handshake "));
    }

    @Test
    void theEngineRunsWithoutTheModule() throws Exception {
        assertThat(run("--limit-modules", "java.base,jdk.net")).contains("without jdk.jfr");
    }

    private static List<String> run(String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var output = process.inputReader()) {
            List<String> lines = output.lines().toList();
            assertThat(process.waitFor()).isZero();
            assertThat(lines).contains("SMCD");
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Has two engines talk. */
    static final class Main {

        public static void main(String[] arguments) throws Exception {
            if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty()) {
                System.out.println("without jdk.jfr");
            }
            try (SmcSelectorProvider clients = SmcSelectorProvider.open(SmcConfig.builder().build());
                    SmcSelectorProvider servers = SmcSelectorProvider.open(SmcConfig.builder().build());
                    ServerSocketChannel listener = servers.openServerSocketChannel()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    SocketChannel client = clients.openSocketChannel()) {
                client.connect(listener.getLocalAddress());
                try (SocketChannel server = listener.accept()) {
                    client.write(ByteBuffer.allocate(1));
                    server.read(ByteBuffer.allocate(1));
                    SmcMode mode = servers.snapshot().connections().get(0).mode();
                    System.out.println(mode);
                }
            }
        }
    }
}
