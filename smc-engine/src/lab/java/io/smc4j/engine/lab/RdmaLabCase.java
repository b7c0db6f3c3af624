package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Two engines' RDMA sides in one process: link groups, data and ends, without CLC's transport. */
final class RdmaLabCase {

    private static final int K = 1024;
    private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

    @GuestCase
    void carriesBytesBothWays() throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            RdmaPair.Connection connection = pair.connect(pair.proposal(), 64 * K, 64 * K);
            assertThat(pair.client.rdma.linkGroups()).hasSize(1).allSatisfy(group -> {
                assertThat(group.connections()).isOne();
                assertThat(group.smcr().links()).hasSize(1)
                        .allSatisfy(link -> assertThat(link.state()).isEqualTo(SmcSnapshot.LinkState.ACTIVE));
            });
            exchange(connection, 2_000_000);
            closeBoth(connection);
        }
    }

    @GuestCase
    void ringsOfUnequalSizes() throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            for (int[] sizes : new int[][] {{16 * K, 256 * K}, {256 * K, 16 * K}, {128 * K, 64 * K}}) {
                RdmaPair.Connection connection = pair.connect(pair.proposal(), sizes[0], sizes[1]);
                exchange(connection, 700_001);
                closeBoth(connection);
            }
        }
    }

    @GuestCase
    void manyConnectionsShareTheLink() throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            List<RdmaPair.Connection> connections = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                connections.add(pair.connect(pair.proposal(), 16 * K, 16 * K));
            }
            assertThat(pair.server.rdma.linkGroups()).hasSize(1)
                    .allSatisfy(g -> assertThat(g.connections()).isEqualTo(60));
            for (RdmaPair.Connection connection : connections) {
                exchange(connection, 20_000);
                closeBoth(connection);
            }
        }
    }

    private static void closeBoth(RdmaPair.Connection connection) throws IOException {
        connection.client().shutdownOutput();
        assertThat(read(connection.server(), ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
        connection.server().close(false);
        assertThat(read(connection.client(), ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
        connection.client().close(false);
    }

    /** Sends so many bytes each way at once; both arrive as they were sent. */
    static void exchange(RdmaPair.Connection connection, int bytes) {
        CompletableFuture<byte[]> clientSent =
                CompletableFuture.supplyAsync(() -> send(connection.client(), 1, bytes), THREADS);
        CompletableFuture<byte[]> serverSent =
                CompletableFuture.supplyAsync(() -> send(connection.server(), 2, bytes), THREADS);
        CompletableFuture<byte[]> clientGot =
                CompletableFuture.supplyAsync(() -> receive(connection.client(), bytes), THREADS);
        CompletableFuture<byte[]> serverGot =
                CompletableFuture.supplyAsync(() -> receive(connection.server(), bytes), THREADS);
        assertThat(serverGot.join()).isEqualTo(clientSent.join());
        assertThat(clientGot.join()).isEqualTo(serverSent.join());
    }

    private static byte[] send(SmcConnection connection, int seed, int bytes) {
        try {
            Random random = new Random(seed);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            int left = bytes;
            while (left > 0) {
                byte[] chunk = new byte[Math.min(left, 1 + random.nextInt(50_000))];
                random.nextBytes(chunk);
                digest.update(chunk);
                ByteBuffer source = ByteBuffer.wrap(chunk);
                while (source.hasRemaining()) {
                    if (connection.write(source) == 0) {
                        connection.awaitWritable();
                    }
                }
                left -= chunk.length;
            }
            return digest.digest();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] receive(SmcConnection connection, int bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer target = ByteBuffer.allocate(30_000);
            int left = bytes;
            while (left > 0) {
                int n = read(connection, target.clear().limit(Math.min(left, target.capacity())));
                digest.update(target.flip());
                left -= n;
            }
            return digest.digest();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int read(SmcConnection connection, ByteBuffer target) throws IOException {
        for (;;) {
            int n = connection.read(target);
            if (n != SmcConnection.UNAVAILABLE) {
                return n;
            }
            connection.awaitReadable(-1);
        }
    }
}
