package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.faults.PeerMain.Behaviour;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** To whom the kernel charges memory that two processes share. */
@Timeout(120)
class WhoPaysTest {

    private static final int CONNECTIONS = 24;
    private static final long M = 1 << 20;
    /** Of the other process's limit of 256 MiB. */
    private static final long OVERFLOWS = 16 * M;
    /** Control blocks, small rings, and pages that are kept for later. */
    private static final long OTHER = 10 * M;

    @Test
    void whoDoesNotReadPaysForWhatLiesUnread() throws Exception {
        ControlGroup group = ControlGroup.create().orElse(null);
        assumeTrue(group != null, "No control group that counts memory can be made here");
        List<SocketChannel> channels = new ArrayList<>();
        try (group; SmcSelectorProvider provider = SmcSelectorProvider.open(SmcConfig.defaults());
                PeerProcess server = PeerProcess.server(0)) {
            group.add(server.pid());
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    channels.add(connect(provider, address));
                }
                // All have been written when the last is, and none of it has been read.
                for (int i = 0; i < CONNECTIONS; i++) {
                    assertThat(server.nextLine()).isEqualTo("flooded");
                }
                assertThat(group.sharedMemory()).as("the writer's").isLessThan(OVERFLOWS + OTHER);
                assertThat(provider.snapshot().ringMemoryInUse()).as("the reader's")
                        .isGreaterThan((long) CONNECTIONS * PeerMain.FLOOD_LENGTH - OVERFLOWS - OTHER);

                for (SocketChannel channel : channels) {
                    readAll(channel);
                }
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->
                        assertThat(group.sharedMemory()).as("kept for later").isLessThan(OTHER));
            } finally {
                for (SocketChannel channel : channels) {
                    channel.close();
                }
            }
        }
    }

    private static SocketChannel connect(SmcSelectorProvider provider, InetSocketAddress address) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        channel.connect(address);
        channel.write(ByteBuffer.wrap(new byte[] {(byte) Behaviour.FLOOD.ordinal()}));
        return channel;
    }

    private static void readAll(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        for (long read = 0; read < PeerMain.FLOOD_LENGTH; read += bytes.position()) {
            assertThat(channel.read(bytes.clear())).isPositive();
        }
    }
}
