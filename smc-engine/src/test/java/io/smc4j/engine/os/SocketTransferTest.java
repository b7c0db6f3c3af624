package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoDescriptorLeaks.class)
class SocketTransferTest {

    private TcpPair pair;

    @BeforeEach
    void connect() throws OsException {
        pair = TcpPair.open();
    }

    @AfterEach
    void close() throws OsException {
        pair.close();
    }

    /** Where a buffer's bytes are. */
    enum Kind {
        HEAP, DIRECT, ARENA;

        ByteBuffer allocate(int size) {
            return switch (this) {
                case HEAP -> ByteBuffer.allocate(size + 3).slice(3, size);
                case DIRECT -> ByteBuffer.allocateDirect(size + 3).slice(3, size);
                case ARENA -> Arena.ofAuto().allocate(size).asByteBuffer();
            };
        }

        ByteBuffer containing(byte... bytes) {
            return allocate(bytes.length).put(bytes).flip();
        }
    }

    @ParameterizedTest
    @EnumSource
    void transfersWhatIsLeftAndMovesPositions(Kind kind) throws OsException {
        ByteBuffer src = kind.containing((byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 9).position(1).limit(4);
        assertThat(Sockets.write(pair.client(), src)).isEqualTo(3);
        assertThat(src.position()).isEqualTo(4);
        assertThat(Sockets.write(pair.client(), src)).isZero();

        ByteBuffer dst = kind.allocate(8).position(2).limit(4);
        awaitReadable();
        assertThat(Sockets.read(pair.server(), dst)).isEqualTo(2);
        assertThat(Sockets.read(pair.server(), dst)).isZero();
        dst.limit(8);
        assertThat(Sockets.read(pair.server(), dst)).isEqualTo(1);
        assertThat(Sockets.read(pair.server(), dst)).isEqualTo(Sockets.UNAVAILABLE);
        assertThat(bytes(dst.flip())).containsExactly(0, 0, 1, 2, 3);
    }

    @ParameterizedTest
    @EnumSource
    void peekingDoesNotConsume(Kind kind) throws OsException {
        Sockets.write(pair.client(), kind.containing((byte) 7, (byte) 8, (byte) 9));
        awaitReadable();

        ByteBuffer peeked = kind.allocate(2);
        assertThat(Sockets.peek(pair.server(), peeked)).isEqualTo(2);
        assertThat(bytes(peeked.flip())).containsExactly(7, 8);

        ByteBuffer read = kind.allocate(8);
        assertThat(Sockets.read(pair.server(), read)).isEqualTo(3);
        assertThat(bytes(read.flip())).containsExactly(7, 8, 9);
        assertThat(Sockets.peek(pair.server(), kind.allocate(1))).isEqualTo(Sockets.UNAVAILABLE);
    }

    @Test
    void endsAfterThePeersLastByte() throws OsException {
        Sockets.write(pair.client(), Kind.HEAP.containing((byte) 1));
        Sockets.shutdown(pair.client(), Sockets.SHUT_WR);
        awaitReadable();

        ByteBuffer dst = ByteBuffer.allocate(4);
        assertThat(Sockets.read(pair.server(), dst)).isEqualTo(1);
        awaitReadable();
        assertThat(Sockets.peek(pair.server(), dst)).isEqualTo(Sockets.EOF);
        assertThat(Sockets.read(pair.server(), dst)).isEqualTo(Sockets.EOF);
        assertThat(Sockets.readv(pair.server(), new ByteBuffer[] {dst}, 0, 1)).isEqualTo(Sockets.EOF);
    }

    @Test
    void aResetIsAnErrorThenTheStreamIsBroken() throws OsException {
        TcpPair resetting = TcpPair.open();
        SocketOptions.setLinger(resetting.server(), 0);
        Sockets.close(resetting.server());
        Sockets.poll(resetting.client(), Sockets.POLLIN, -1);

        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> Sockets.read(resetting.client(), ByteBuffer.allocate(1)))
                .withMessage("read: Connection reset by peer (ECONNRESET)");
        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> Sockets.write(resetting.client(), ByteBuffer.allocate(1)))
                .withMessage("write: Broken pipe (EPIPE)");
        assertThatExceptionOfType(OsException.class)
                .isThrownBy(() -> Sockets.writev(resetting.client(), new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1))
                .withMessage("writev: Broken pipe (EPIPE)");
        Sockets.close(resetting.client());
    }

    @Test
    void refusesToReadIntoReadOnlyBuffers() {
        ByteBuffer readOnly = ByteBuffer.allocate(4).asReadOnlyBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> Sockets.read(pair.server(), readOnly));
        assertThatIllegalArgumentException().isThrownBy(() -> Sockets.peek(pair.server(), readOnly));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sockets.readv(pair.server(), new ByteBuffer[] {readOnly}, 0, 1));
    }

    @Test
    void writesReadOnlyBuffers() throws OsException {
        assertThat(Sockets.write(pair.client(), ByteBuffer.allocate(2).asReadOnlyBuffer())).isEqualTo(2);
        assertThat(Sockets.write(pair.client(), ByteBuffer.allocateDirect(2).asReadOnlyBuffer())).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingWhenTheSocketIsFull(Kind kind) throws OsException {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        long sent = 0;
        ByteBuffer src = kind.containing(content);
        while (true) {
            int written = Sockets.write(pair.client(), src);
            if (written == Sockets.UNAVAILABLE) {
                break;
            }
            sent += written;
            if (!src.hasRemaining()) {
                src.rewind();
            }
        }
        Sockets.shutdown(pair.client(), Sockets.SHUT_WR);
        assertThat(sent).isPositive().isEqualTo(readAndVerify(kind, content));
    }

    private long readAndVerify(Kind kind, byte[] content) throws OsException {
        ByteBuffer dst = kind.allocate(100_000);
        long received = 0;
        while (true) {
            awaitReadable();
            int read = Sockets.read(pair.server(), dst.clear());
            if (read == Sockets.EOF) {
                return received;
            }
            byte[] expected = new byte[read];
            for (int i = 0; i < read; i++) {
                expected[i] = content[(int) ((received + i) % content.length)];
            }
            assertThat(bytes(dst.flip())).isEqualTo(expected);
            received += read;
        }
    }

    @Test
    void gathersAndScattersAcrossHeapAndDirectBuffers() throws OsException {
        ByteBuffer[] srcs = {
            Kind.HEAP.containing((byte) 99), Kind.HEAP.containing((byte) 1, (byte) 2), Kind.DIRECT.allocate(0),
            Kind.DIRECT.containing((byte) 3), Kind.ARENA.containing((byte) 4, (byte) 5), Kind.HEAP.containing((byte) 6),
            Kind.HEAP.containing((byte) 99)};
        assertThat(Sockets.writev(pair.client(), srcs, 1, 5)).isEqualTo(6);
        assertThat(srcs[0].position()).isZero();
        assertThat(srcs[6].position()).isZero();
        assertThat(Arrays.asList(srcs).subList(1, 6)).noneMatch(ByteBuffer::hasRemaining);
        assertThat(Sockets.writev(pair.client(), srcs, 1, 5)).isZero();

        awaitReadable();
        ByteBuffer[] dsts = {
            Kind.DIRECT.allocate(1), Kind.HEAP.allocate(2), Kind.HEAP.allocate(0), Kind.ARENA.allocate(1),
            Kind.HEAP.allocate(9)};
        assertThat(Sockets.readv(pair.server(), dsts, 0, 5)).isEqualTo(6);
        assertThat(bytes(dsts[0].flip())).containsExactly(1);
        assertThat(bytes(dsts[1].flip())).containsExactly(2, 3);
        assertThat(bytes(dsts[3].flip())).containsExactly(4);
        assertThat(bytes(dsts[4].flip())).containsExactly(5, 6);
        assertThat(Sockets.readv(pair.server(), new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1))
                .isEqualTo(Sockets.UNAVAILABLE);
    }

    @Test
    void gathersAtMost64BuffersAtOnce() throws OsException {
        ByteBuffer[] srcs = new ByteBuffer[100];
        for (int i = 0; i < srcs.length; i++) {
            srcs[i] = (i % 2 == 0 ? Kind.HEAP : Kind.DIRECT).containing((byte) i);
        }
        assertThat(Sockets.writev(pair.client(), srcs, 0, 100)).isEqualTo(64);
        assertThat(Sockets.writev(pair.client(), srcs, 0, 100)).isEqualTo(36);

        ByteBuffer dst = ByteBuffer.allocate(100);
        while (dst.hasRemaining()) {
            awaitReadable();
            Sockets.read(pair.server(), dst);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(dst.get(i)).isEqualTo((byte) i);
        }
    }

    @Test
    void gathersHeapBuffersPieceByPiece() throws OsException {
        byte[] content = new byte[150_000];
        new Random(2).nextBytes(content);
        ByteBuffer[] srcs = {
            ByteBuffer.wrap(content, 0, 50_000), ByteBuffer.wrap(content, 50_000, 40_000),
            ByteBuffer.allocateDirect(10_000).put(content, 90_000, 10_000).flip(),
            ByteBuffer.wrap(content, 100_000, 50_000)};
        ByteBuffer[] dsts = {
            ByteBuffer.allocateDirect(20_000), ByteBuffer.allocate(70_000), ByteBuffer.allocate(60_000)};

        long received = 0;
        while (received < content.length) {
            Sockets.writev(pair.client(), srcs, 0, srcs.length);
            awaitReadable();
            received += Math.max(0, Sockets.readv(pair.server(), dsts, 0, dsts.length));
        }

        ByteBuffer all = ByteBuffer.allocate(content.length);
        for (ByteBuffer dst : dsts) {
            all.put(dst.flip());
        }
        assertThat(all.array()).isEqualTo(content);
    }

    private void awaitReadable() throws OsException {
        Sockets.poll(pair.server(), Sockets.POLLIN, -1);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
