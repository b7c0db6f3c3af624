package io.smc4j.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcPolicy.Direction;
import io.smc4j.engine.SmcPolicy.PortRange;
import io.smc4j.engine.SmcPolicy.Rule;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.faults.PeerMain.Behaviour;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections with another process go over from SMC to TCP, while that process runs, is stopped, or dies. */
@Timeout(120)
class MovedPeerTest {

    private static final Rule DENY_ALL =
            new Rule(Action.DENY, Direction.ANY, null, null, new PortRange(1, 65535));

    private SmcSelectorProvider provider;
    private Resources before;
    private PeerProcess server;
    private int port;

    @BeforeEach
    void open() throws IOException {
        provider = SmcSelectorProvider.open(SmcConfig.builder().memoryLimit(64L << 20).build());
        before = Resources.inUse();
        server = PeerProcess.server(0);
        port = server.port();
    }

    @AfterEach
    void closeAndFindNothingLeft() throws InterruptedException {
        server.close();
        before.awaitReturn();
        SmcSnapshot snapshot = provider.snapshot();
        provider.close();
        assertThat(snapshot.ringMemoryInUse()).isZero();
        assertThat(snapshot.connections()).isEmpty();
    }

    private SocketChannel connect(Behaviour behaviour) throws IOException {
        provider.policyTable().replace(SmcPolicy.allowAll());
        SocketChannel channel = provider.openSocketChannel();
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(ByteBuffer.wrap(new byte[] {(byte) behaviour.ordinal()}));
        await().pollInterval(1, TimeUnit.MILLISECONDS).untilAsserted(() -> assertThat(mode()).isEqualTo(SmcMode.SMCD));
        return channel;
    }

    private SmcMode mode() {
        return provider.snapshot().connections().get(0).mode();
    }

    private void move() {
        provider.policyTable().add(DENY_ALL, Origin.RUNTIME, new Terms(null, null, true), 0);
    }

    private void awaitMoved() {
        await().pollInterval(1, TimeUnit.MILLISECONDS).untilAsserted(() -> assertThat(mode()).isEqualTo(SmcMode.TCP));
        assertThat(provider.snapshot().connections().get(0).fallbackReason()).isEqualTo(FallbackReason.MOVED);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<byte[]> reading(SocketChannel channel, int length) {
        return CompletableFuture.supplyAsync(() -> {
            ByteBuffer all = ByteBuffer.allocate(length);
            try {
                while (all.hasRemaining() && channel.read(all) >= 0) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                throw new AssertionError("after " + all.position() + " bytes", e);
            }
            return all.array();
        });
    }

    @Test
    void anEchoComesBackWholeHoweverOftenConnectionsMove() throws Exception {
        for (int i = 0; i < Integer.getInteger("smc4j.moves", 400) / 2; i++) {
            byte[] sent = random(i, 500_000);
            try (SocketChannel channel = connect(Behaviour.ECHO)) {
                CompletableFuture<byte[]> echo = reading(channel, sent.length);
                CompletableFuture<Void> moving = CompletableFuture.runAsync(() -> {
                    LockSupport.parkNanos(new SplittableRandom().nextLong(2_000_000));
                    move();
                });
                channel.write(ByteBuffer.wrap(sent));
                assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(sent);
                moving.join();
                awaitMoved();
            }
        }
    }

    @Test
    void aStoppedPeerIsSentMoreByTcp() throws Exception {
        byte[] sent = random(1, 1_000_000);
        try (SocketChannel channel = connect(Behaviour.ECHO)) {
            server.stop();
            channel.write(ByteBuffer.wrap(sent, 0, 700_000));
            move();
            channel.write(ByteBuffer.wrap(sent, 700_000, 300_000));
            assertThat(mode()).as("the peer has not followed").isEqualTo(SmcMode.SMCD);
            server.resume();

            assertThat(reading(channel, sent.length).get(60, TimeUnit.SECONDS)).isEqualTo(sent);
            awaitMoved();
        }
    }

    @Test
    void whatADeadPeerHasWrittenIsReadToTheEnd() throws Exception {
        try (SocketChannel channel = connect(Behaviour.GREET)) {
            assertThat(server.nextLine()).isEqualTo("greeted");
            move();
            server.kill();

            ByteBuffer greeting = ByteBuffer.allocate(PeerMain.GREETING + 1);
            try {
                while (channel.read(greeting) >= 0) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                assertThat(e).hasMessage("Connection reset");
            }
            assertThat(greeting.position()).isEqualTo(PeerMain.GREETING);
        }
    }

    @Test
    void aPeerThatDiesBeforeItFollowsResets() throws Exception {
        try (SocketChannel channel = connect(Behaviour.IGNORE)) {
            server.stop();
            move();
            channel.write(ByteBuffer.allocate(1000));
            server.kill();

            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
            await().untilAsserted(() -> assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class));
        }
    }
}
