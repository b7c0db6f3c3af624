package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel as provider where it has no SMC; what it does where it has shows {@link KernelProviderLabCase}. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class KernelProviderTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static SmcSelectorProvider open(boolean sharedMemory) throws IOException {
        RdmaConfig any = RdmaConfig.defaults();
        RdmaConfig kernel = new RdmaConfig(RdmaConfig.Provider.KERNEL, any.ueid(), null, 0, -1, List.of(), 2, 255);
        SmcSelectorProvider engine =
                SmcSelectorProvider.open(SmcConfig.builder().rdma(kernel).sharedMemoryEnabled(sharedMemory).build());
        assumeFalse(engine.engine().negotiations().kernelSmc().isAvailable(), "the kernel has SMC");
        return engine;
    }

    /** The snapshot when both sides are on their way: the first byte has come, and its answer is yet to be sent. */
    private static SmcSnapshot exchange(SmcSelectorProvider engine) throws Exception {
        try (ServerSocketChannel listener = engine.openServerSocketChannel().bind(ANY_PORT)) {
            FutureTask<SmcSnapshot> serving = new FutureTask<>(() -> {
                try (SocketChannel accepted = listener.accept()) {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    accepted.read(one);
                    SmcSnapshot snapshot = engine.snapshot();
                    accepted.write(one.flip());
                    accepted.read(one.clear());
                    return snapshot;
                }
            });
            Thread.ofPlatform().start(serving);
            try (SocketChannel client = engine.openSocketChannel()) {
                client.connect(listener.getLocalAddress());
                client.write(ByteBuffer.wrap(new byte[] {1}));
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
            }
            return serving.get();
        }
    }

    private static SmcSnapshot.Connection side(SmcSnapshot snapshot, Role role) {
        return snapshot.connections().stream().filter(c -> c.role() == role).findAny().orElseThrow();
    }

    @Test
    void goesToTcpWithAReason() throws Exception {
        try (SmcSelectorProvider engine = open(false)) {
            SmcSnapshot snapshot = exchange(engine);
            assertThat(side(snapshot, Role.CLIENT).mode()).isEqualTo(SmcMode.TCP);
            assertThat(side(snapshot, Role.CLIENT).fallbackReason()).isEqualTo(FallbackReason.NO_KERNEL_SMC);
            assertThat(side(snapshot, Role.SERVER).mode()).isEqualTo(SmcMode.TCP);
            assertThat(snapshot.rdma().provider()).isEqualTo(RdmaConfig.Provider.NONE);
            assertThat(snapshot.rdma().objection()).isEqualTo(FallbackReason.NO_KERNEL_SMC);
            assertThat(engine.snapshot().bytes().get(SmcMode.TCP)).isEqualTo(new SmcSnapshot.Traffic(2, 2));
        }
    }

    @Test
    void stillSharesMemoryOnThisHost() throws Exception {
        try (SmcSelectorProvider engine = open(true)) {
            SmcSnapshot snapshot = exchange(engine);
            assertThat(side(snapshot, Role.CLIENT).mode()).isEqualTo(SmcMode.SMCD);
            assertThat(side(snapshot, Role.SERVER).mode()).isEqualTo(SmcMode.SMCD);
        }
    }

    @Test
    void aWaitThatNothingEndsNoticesTheClose() throws Exception {
        DescriptorWaits waits = new DescriptorWaits();
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(SmcConfig.defaults());
                SmcServerSocketChannel listener = (SmcServerSocketChannel) engine.openServerSocketChannel()
                        .bind(ANY_PORT)) {
            assertThat(waits.awaitSmc(engine.readWaiter(), listener.fd(), 1, () -> false)).isFalse();
            FutureTask<Boolean> waiting =
                    new FutureTask<>(() -> waits.awaitSmc(engine.readWaiter(), listener.fd(), -1, () -> false));
            Thread thread = Thread.ofVirtual().start(waiting);
            Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            waits.close();
            assertThat(waiting.get()).isTrue();
            // Without end, the descriptor was still good.
            assertThat(listener.isOpen()).isTrue();
        }
    }
}
