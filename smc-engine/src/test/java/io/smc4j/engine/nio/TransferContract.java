package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written at one end is read at the other: all of it, once, in order. */
abstract class TransferContract extends ChannelContract {

    /** The buffers an application may come with. */
    enum BufferKind {
        HEAP(ByteBuffer::allocate),
        DIRECT(ByteBuffer::allocateDirect),
        /** Neither the array nor the memory begins where the buffer does. */
        HEAP_SLICE(n -> ByteBuffer.allocate(n + 7).position(3).limit(n + 3).slice()),
        DIRECT_SLICE(n -> ByteBuffer.allocateDirect(n + 7).position(3).limit(n + 3).slice());

        private final IntFunction<ByteBuffer> allocator;

        BufferKind(IntFunction<ByteBuffer> allocator) {
            this.allocator = allocator;
        }

        ByteBuffer allocate(int size) {
            return allocator.apply(size);
        }

        ByteBuffer copyOf(byte[] content) {
            return allocate(content.length).put(content).flip();
        }
    }

    TransferContract(Pairing pairing) {
        super(pairing);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 8 * 1024 * 1024})
    void carriesBothDirectionsAtOnce(int size) throws Exception {
        Connection c = connect();
        byte[] there = random(size, 1);
        byte[] back = random(size, 2);
        Task<Void> clientWrites = start(() -> writeInPieces(c.client(), there, 65_537));
        Task<Void> serverWrites = start(() -> writeInPieces(c.server(), back, 10_007));
        Task<byte[]> clientReads = start(() -> readInPieces(c.client(), size, 7_919));
        Task<byte[]> serverReads = start(() -> readInPieces(c.server(), size, 99_991));
        clientWrites.await();
        serverWrites.await();
        assertThat(serverReads.await()).isEqualTo(there);
        assertThat(clientReads.await()).isEqualTo(back);
    }

    private static Void writeInPieces(SocketChannel channel, byte[] bytes, int piece) throws IOException {
        for (int at = 0; at < bytes.length; at += piece) {
            ByteBuffer src = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
            assertThat(channel.write(src)).isEqualTo(Math.min(piece, bytes.length - at));
            assertThat(src.hasRemaining()).isFalse();
        }
        return null;
    }

    private static byte[] readInPieces(SocketChannel channel, int size, int piece) throws IOException {
        byte[] bytes = new byte[size];
        for (int at = 0; at < size;) {
            ByteBuffer dst = ByteBuffer.wrap(bytes, at, Math.min(piece, size - at));
            int n = channel.read(dst);
            assertThat(n).isPositive();
            assertThat(dst.position()).isEqualTo(at + n);
            at += n;
        }
        return bytes;
    }

    @Test
    void carriesBothDirectionsAtOnceBySelector() throws Exception {
        Connection c = connect();
        byte[] there = random(8 * 1024 * 1024, 3);
        byte[] back = random(8 * 1024 * 1024, 4);
        Selector clientSelector = newSelector(clients);
        Selector serverSelector = newSelector(servers);
        Task<byte[]> client = start(() -> exchange(clientSelector, c.client(), there));
        Task<byte[]> server = start(() -> exchange(serverSelector, c.server(), back));
        assertThat(client.await()).isEqualTo(back);
        assertThat(server.await()).isEqualTo(there);
    }

    private static byte[] exchange(Selector selector, SocketChannel channel, byte[] send) throws IOException {
        ByteBuffer src = ByteBuffer.wrap(send);
        ByteBuffer dst = ByteBuffer.allocate(send.length);
        SelectionKey key = nonBlocking(channel).register(selector, OP_READ | OP_WRITE);
        while (src.hasRemaining() || dst.hasRemaining()) {
            selector.select();
            selector.selectedKeys().clear();
            if (key.isWritable()) {
                channel.write(src);
            }
            if (key.isReadable() && dst.hasRemaining()) {
                assertThat(channel.read(dst)).isNotNegative();
            }
            key.interestOps((src.hasRemaining() ? OP_WRITE : 0) | (dst.hasRemaining() ? OP_READ : 0));
        }
        return dst.array();
    }

    @ParameterizedTest
    @EnumSource
    void takesAnyBuffer(BufferKind kind) throws Exception {
        Connection c = connect();
        byte[] content = random(50_000, 5);
        ByteBuffer src = kind.copyOf(content).position(1).limit(49_999);
        Task<Integer> writing = start(() -> c.client().write(src));
        ByteBuffer dst = kind.allocate(60_000).position(10).limit(10 + 49_998);
        readFully(c.server(), dst);
        assertThat(writing.await()).isEqualTo(49_998);
        assertThat(src.position()).isEqualTo(49_999);
        assertThat(src.limit()).isEqualTo(49_999);
        assertThat(dst.position()).isEqualTo(10 + 49_998);
        assertThat(dst.position(10)).isEqualTo(ByteBuffer.wrap(content, 1, 49_998));
    }

    @ParameterizedTest
    @EnumSource
    void writesReadOnlyBuffersButReadsIntoNone(BufferKind kind) throws Exception {
        Connection c = connect();
        ByteBuffer readOnly = kind.copyOf(new byte[] {1, 2, 3}).asReadOnlyBuffer();
        assertThat(c.client().write(readOnly)).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> c.server().read(readOnly.rewind()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.server().read(new ByteBuffer[] {ByteBuffer.allocate(1), readOnly}));
        ByteBuffer dst = kind.allocate(3);
        readFully(c.server(), dst);
        assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    @ParameterizedTest
    @EnumSource
    void gathersAndScatters(BufferKind kind) throws Exception {
        Connection c = connect();
        byte[] content = random(1 + 1000 + 70_000, 6);
        ByteBuffer[] srcs = {
            ByteBuffer.allocate(9),
            kind.copyOf(new byte[] {content[0]}),
            ByteBuffer.allocate(0),
            ByteBuffer.wrap(content, 1, 1000),
            ByteBuffer.wrap(content, 1001, 70_000).asReadOnlyBuffer(),
            ByteBuffer.allocate(9)};
        Task<Long> writing = start(() -> {
            long written = 0;
            while (srcs[4].hasRemaining()) {
                written += c.client().write(srcs, 1, 4);
            }
            return written;
        });
        ByteBuffer[] dsts = {
            ByteBuffer.allocate(9), kind.allocate(333), ByteBuffer.allocate(0), kind.allocate(70_668),
                    kind.allocate(9)};
        long read = 0;
        while (dsts[3].hasRemaining()) {
            long n = c.server().read(dsts, 1, 3);
            assertThat(n).isPositive();
            read += n;
        }
        assertThat(read).isEqualTo(content.length);
        assertThat(writing.await()).isEqualTo(content.length);
        assertThat(srcs[0].position()).isZero();
        assertThat(srcs[5].position()).isZero();
        assertThat(dsts[0].position()).isZero();
        assertThat(dsts[4].position()).isZero();
        assertThat(dsts[1].flip()).isEqualTo(ByteBuffer.wrap(content, 0, 333));
        assertThat(dsts[3].flip()).isEqualTo(ByteBuffer.wrap(content, 333, 70_668));
    }

    @Test
    void gathersMoreBuffersThanTheSystemTakes() throws Exception {
        Connection c = connect();
        byte[] content = random(3000, 7);
        ByteBuffer[] srcs = new ByteBuffer[content.length];
        for (int i = 0; i < srcs.length; i++) {
            srcs[i] = ByteBuffer.wrap(content, i, 1);
        }
        for (int at = 0; at < srcs.length;) {
            long n = c.client().write(srcs, at, srcs.length - at);
            assertThat(n).isPositive();
            at += (int) n;
        }
        ByteBuffer dst = ByteBuffer.allocate(content.length);
        readFully(c.server(), dst);
        assertThat(dst.array()).isEqualTo(content);
    }

    @Test
    void checksTheRangeOfBuffers() throws Exception {
        Connection c = connect();
        ByteBuffer[] buffers = {ByteBuffer.allocate(1)};
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> c.client().write(buffers, 0, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> c.client().read(buffers, 1, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> c.client().read(buffers, -1, 1));
    }

    @Test
    void movesNothingByEmptyBuffers() throws Exception {
        Connection c = connect();
        ByteBuffer empty = ByteBuffer.allocate(0);
        assertThat(c.client().write(empty)).isZero();
        assertThat(c.client().write(new ByteBuffer[] {empty, empty})).isZero();
        assertThat(c.client().write(new ByteBuffer[0])).isZero();
        c.client().write(ByteBuffer.wrap(new byte[] {9}));
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(c.server().read(one)).isEqualTo(1);
        assertThat(one.get(0)).isEqualTo((byte) 9);
        nonBlocking(c.server());
        assertThat(c.server().read(empty)).isZero();
    }

    @Test
    void readsNoMoreThanThereIsRoomFor() throws Exception {
        Connection c = connect();
        c.client().write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        c.client().shutdownOutput();
        ByteBuffer two = ByteBuffer.allocate(2);
        readFully(c.server(), two);
        assertThat(two.array()).containsExactly(1, 2);
        readFully(c.server(), two.clear());
        assertThat(two.array()).containsExactly(3, 4);
        assertThat(c.server().read(two.clear())).isEqualTo(1);
        assertThat(two.get(0)).isEqualTo((byte) 5);
        assertThat(c.server().read(two.clear())).isEqualTo(-1);
        assertThat(c.server().read(new ByteBuffer[] {two})).isEqualTo(-1);
    }

    @Test
    void neverWaitsInNonBlockingMode() throws Exception {
        atBothEnds(end -> {
            nonBlocking(end.channel());
            assertThat(end.channel().read(ByteBuffer.allocate(1))).isZero();
            assertThat(end.channel().read(new ByteBuffer[] {ByteBuffer.allocate(1)})).isZero();
            long accepted = fill(end.channel());
            assertThat(end.channel().write(ByteBuffer.allocate(1))).isZero();
            assertThat(end.channel().write(new ByteBuffer[] {ByteBuffer.allocate(1)})).isZero();
            drain(end.peer(), accepted);
            end.channel().configureBlocking(true);
            assertThat(end.channel().write(ByteBuffer.allocate(1))).isEqualTo(1);
            drain(end.peer(), 1);
        });
    }

    @Test
    void waitsForRoomInBlockingMode() throws Exception {
        atBothEnds(end -> {
            nonBlocking(end.channel());
            long accepted = fill(end.channel());
            end.channel().configureBlocking(true);
            Task<Integer> writing = start(() -> end.channel().write(ByteBuffer.allocate(300_000))).awaitBlocked();
            drain(end.peer(), accepted + 300_000);
            assertThat(writing.await()).isEqualTo(300_000);
        });
    }

    @Test
    void keepsTheOrderOfSmallWrites() throws Exception {
        Connection c = connect();
        byte[] content = random(20_000, 8);
        Task<Void> writing = start(() -> writeInPieces(c.client(), content, 1));
        ByteBuffer dst = ByteBuffer.allocate(content.length);
        readFully(c.server(), dst);
        writing.await();
        assertThat(dst.array()).isEqualTo(content);
    }

    @Test
    void answersOneByteWithOneByte() throws Exception {
        Connection c = connect();
        Task<Void> echo = start(() -> {
            ByteBuffer one = ByteBuffer.allocateDirect(1);
            while (c.server().read(one.clear()) == 1) {
                c.server().write(one.flip());
            }
            return null;
        });
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        for (int i = 0; i < 2000; i++) {
            c.client().write(one.clear().put((byte) i).flip());
            assertThat(c.client().read(one.clear())).isEqualTo(1);
            assertThat(one.get(0)).isEqualTo((byte) i);
        }
        c.client().shutdownOutput();
        echo.await();
    }
}
