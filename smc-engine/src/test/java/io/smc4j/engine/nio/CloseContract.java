package io.smc4j.engine.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections end. */
abstract class CloseContract extends ChannelContract {

    CloseContract(Pairing pairing) {
        super(pairing);
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    @Test
    void endsOneDirectionAfterTheOther() throws Exception {
        atBothEnds(end -> {
            end.channel().write(bytes(1, 2));
            assertThat(end.channel().shutdownOutput()).isSameAs(end.channel());
            end.channel().shutdownOutput();
            assertThat(end.channel().isConnected()).isTrue();
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> end.channel().write(bytes(3)));

            ByteBuffer received = ByteBuffer.allocate(3);
            readFully(end.peer(), received);
            assertThat(received.flip()).isEqualTo(bytes(1, 2));
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);

            end.peer().write(bytes(4));
            end.peer().write(bytes(5));
            end.peer().shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(3);
            readFully(end.channel(), answer);
            assertThat(answer.flip()).isEqualTo(bytes(4, 5));
            assertThat(end.channel().isOpen()).isTrue();
        });
    }

    @Test
    void readsTheEndOnceItsInputIsShutDown() throws Exception {
        atBothEnds(end -> {
            assertThat(end.channel().shutdownInput()).isSameAs(end.channel());
            end.channel().shutdownInput();
            assertThat(end.channel().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(end.channel().write(bytes(1))).isEqualTo(1);
            drain(end.peer(), 1);
        });
    }

    @Test
    void tellsItsSocketWhatIsShutDown() throws Exception {
        atBothEnds(end -> {
            end.channel().shutdownInput();
            assertThat(end.channel().socket().isInputShutdown()).isTrue();
            assertThat(end.channel().socket().isOutputShutdown()).isFalse();
            end.channel().shutdownOutput();
            assertThat(end.channel().socket().isOutputShutdown()).isTrue();
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(end.peer().socket().isInputShutdown()).isFalse();
        });
    }

    @Test
    void deliversWhatWasWrittenBeforeClose() throws Exception {
        atBothEnds(end -> {
            Task<Void> writing = start(() -> {
                writeFully(end.channel(), ByteBuffer.allocate(1_000_000));
                end.channel().close();
                return null;
            });
            drain(end.peer(), 1_000_000);
            writing.await();
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        });
    }

    /** Again and again, as the handshake may be anywhere when the server closes. */
    @Test
    void deliversWhatAServerWritesAtOnceBeforeItCloses() throws Exception {
        // What is taken while nobody reads yet, whatever carries the connection.
        int length = 16 * 1024;
        ServerSocketChannel listener = listen();
        for (int i = 0; i < 100; i++) {
            try (SocketChannel client = clients.openSocketChannel()) {
                client.connect(listener.getLocalAddress());
                try (SocketChannel server = listener.accept()) {
                    writeFully(server, ByteBuffer.allocate(length));
                }
                drain(client, length);
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void endsTheReadOfItsPeer() throws Exception {
        atBothEnds(end -> {
            Task<Integer> reading = start(() -> end.peer().read(ByteBuffer.allocate(1))).awaitBlocked();
            end.channel().close();
            assertThat(reading.await()).isEqualTo(-1);
            assertThat(end.peer().isOpen()).isTrue();
        });
    }

    @Test
    void isReportedToTheSelectorOfItsPeer() throws Exception {
        Connection c = connect();
        Selector selector = newSelector(servers);
        nonBlocking(c.server()).register(selector, OP_READ);
        Task<Integer> selecting = start(() -> selector.select()).awaitBlocked();
        c.client().close();
        assertThat(selecting.await()).isEqualTo(1);
        assertThat(c.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isEqualTo(1);
    }

    @Test
    void endsOrResetsItsPeerIfDataAreLeftUnread() throws Exception {
        atBothEnds(end -> {
            end.peer().write(bytes(1, 2, 3));
            readFully(end.channel(), ByteBuffer.allocate(1));
            end.channel().close();
            try {
                assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            } catch (IOException reset) {
                assertThat(reset).isNotInstanceOf(ClosedChannelException.class);
            }
        });
    }

    @Test
    void resetsItsPeerIfItDoesNotLinger() throws Exception {
        atBothEnds(end -> {
            end.channel().setOption(StandardSocketOptions.SO_LINGER, 0);
            end.channel().close();
            assertThatIOException().isThrownBy(() -> end.peer().read(ByteBuffer.allocate(1)));
            assertThatIOException().isThrownBy(() -> end.peer().write(bytes(1)));
        });
    }

    @Test
    void failsTheWritesOfItsPeer() throws Exception {
        atBothEnds(end -> {
            end.channel().close();
            assertThatIOException().isThrownBy(() -> {
                while (true) {
                    end.peer().write(ByteBuffer.allocate(100_000));
                }
            });
        });
    }

    @Test
    void failsTheBlockedWriteOfItsPeer() throws Exception {
        atBothEnds(end -> {
            fill(nonBlocking(end.peer()));
            end.peer().configureBlocking(true);
            Task<Integer> writing = start(() -> end.peer().write(ByteBuffer.allocate(1_000_000))).awaitBlocked();
            end.channel().close();
            assertThatExceptionOfType(Exception.class).isThrownBy(writing::await)
                    .withCauseInstanceOf(IOException.class);
        });
    }

    private static ByteBuffer oneByte(boolean direct) {
        return direct ? ByteBuffer.allocateDirect(1) : ByteBuffer.allocate(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsItsOwnBlockedRead(boolean direct) throws Exception {
        atBothEnds(end -> {
            Task<Integer> reading = start(() -> end.channel().read(oneByte(direct))).awaitBlocked();
            end.channel().close();
            assertThatExceptionOfType(Exception.class).isThrownBy(reading::await)
                    .withCauseInstanceOf(AsynchronousCloseException.class);
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        });
    }

    /** Single bytes: whenever one of their writes waits, nothing of it was done. */
    @Test
    void endsItsOwnBlockedWrite() throws Exception {
        atBothEnds(end -> {
            fill(nonBlocking(end.channel()));
            end.channel().configureBlocking(true);
            Task<?> writing = start(() -> {
                while (true) {
                    end.channel().write(ByteBuffer.allocate(1));
                }
            }).awaitBlocked();
            end.channel().close();
            assertThatExceptionOfType(Exception.class).isThrownBy(writing::await)
                    .withCauseInstanceOf(AsynchronousCloseException.class);
        });
    }

    @Test
    void tellsHowMuchItsOwnBlockedWriteHadDone() throws Exception {
        int more = 32_000_000;
        atBothEnds(end -> {
            Task<Integer> writing = start(() -> end.channel().write(ByteBuffer.allocate(more))).awaitBlocked();
            end.channel().close();
            assertThat(writing.await()).isBetween(1, more - 1);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsABlockedReadByShuttingDownInput(boolean direct) throws Exception {
        atBothEnds(end -> {
            Task<Integer> reading = start(() -> end.channel().read(oneByte(direct))).awaitBlocked();
            end.channel().shutdownInput();
            assertThat(reading.await()).isEqualTo(-1);
        });
    }

    /** Single bytes: whenever one of their writes waits, nothing of it was done. */
    @Test
    void endsABlockedWriteByShuttingDownOutput() throws Exception {
        atBothEnds(end -> {
            fill(nonBlocking(end.channel()));
            end.channel().configureBlocking(true);
            Task<?> writing = start(() -> {
                while (true) {
                    end.channel().write(bytes(1));
                }
            }).awaitBlocked();
            end.channel().shutdownOutput();
            assertThatExceptionOfType(Exception.class).isThrownBy(writing::await)
                    .withCauseInstanceOf(AsynchronousCloseException.class);
            assertThat(end.channel().isOpen()).isTrue();
        });
    }

    @Test
    void tellsHowMuchABlockedWriteHadDoneWhenOutputIsShutDown() throws Exception {
        int more = 32_000_000;
        atBothEnds(end -> {
            Task<Integer> writing = start(() -> end.channel().write(ByteBuffer.allocate(more))).awaitBlocked();
            end.channel().shutdownOutput();
            int written = writing.await();
            assertThat(written).isBetween(1, more - 1);
            drain(end.peer(), written);
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        });
    }

    @Test
    void endsABlockedWriteOfItsStreamByShuttingDownOutput() throws Exception {
        atBothEnds(end -> {
            OutputStream out = end.channel().socket().getOutputStream();
            Task<Boolean> writing = start(() -> {
                out.write(new byte[32_000_000]);
                return true;
            }).awaitBlocked();
            end.channel().shutdownOutput();
            assertThatExceptionOfType(Exception.class).isThrownBy(writing::await).withCauseInstanceOf(IOException.class)
                    .havingCause().withMessage("Broken pipe");
            assertThat(end.channel().isOpen()).isTrue();
        });
    }

    @Test
    void writesNothingOnceItsOutputIsShutDown() throws Exception {
        atBothEnds(end -> {
            SocketChannel channel = end.channel();
            channel.shutdownOutput();
            for (boolean blocking : new boolean[] {true, false}) {
                channel.configureBlocking(blocking);
                for (ByteBuffer buffer : new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(0)}) {
                    assertThatExceptionOfType(AsynchronousCloseException.class).isThrownBy(() -> channel.write(buffer));
                    assertThatExceptionOfType(AsynchronousCloseException.class)
                            .isThrownBy(() -> channel.write(new ByteBuffer[] {buffer, buffer}));
                }
            }
            assertThat(channel.isOpen()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isClosedByAnInterruptOfABlockedRead(boolean direct) throws Exception {
        atBothEnds(end -> {
            Task<Integer> reading = start(() -> {
                try {
                    return end.channel().read(oneByte(direct));
                } finally {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                }
            }).awaitBlocked();
            reading.thread().interrupt();
            assertThatExceptionOfType(Exception.class).isThrownBy(reading::await)
                    .withCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(end.channel().isOpen()).isFalse();
            assertThat(end.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        });
    }

    @Test
    void isClosedByAnInterruptOfABlockedWrite() throws Exception {
        atBothEnds(end -> {
            fill(nonBlocking(end.channel()));
            end.channel().configureBlocking(true);
            Task<Integer> writing = start(() -> end.channel().write(ByteBuffer.allocate(1_000_000))).awaitBlocked();
            writing.thread().interrupt();
            assertThatExceptionOfType(Exception.class).isThrownBy(writing::await)
                    .withCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(end.channel().isOpen()).isFalse();
        });
    }

    @Test
    void isClosedByAnInterruptThatCameBefore() throws Exception {
        atBothEnds(end -> {
            Task<Integer> reading = start(() -> {
                Thread.currentThread().interrupt();
                return end.channel().read(ByteBuffer.allocate(1));
            });
            assertThatExceptionOfType(Exception.class).isThrownBy(reading::await)
                    .withCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(end.channel().isOpen()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotBlockAfterABlockedReadIfToldNotTo(boolean direct) throws Exception {
        atBothEnds(end -> {
            Task<Integer> reading = start(() -> end.channel().read(oneByte(direct))).awaitBlocked();
            end.peer().write(ByteBuffer.allocate(1));
            assertThat(reading.await()).isEqualTo(1);
            nonBlocking(end.channel());
            assertThat(end.channel().read(oneByte(direct))).isZero();
            assertThat(end.channel().read(new ByteBuffer[] {oneByte(direct), oneByte(direct)})).isZero();
            fill(end.channel());
            assertThat(end.channel().write(oneByte(direct))).isZero();
        });
    }

    @Test
    void outlivesItsListener() throws Exception {
        var listener = listen();
        Connection c = connect(newClient(), listener);
        listener.close();
        c.client().write(bytes(1));
        drain(c.server(), 1);
        c.server().write(bytes(2));
        drain(c.client(), 1);
    }

    @Test
    void leavesAChannelOfNoUse() throws Exception {
        atBothEnds(end -> {
            SocketChannel channel = end.channel();
            channel.close();
            channel.close();
            assertThat(channel.isOpen()).isFalse();
            assertThat(channel.isConnected()).isFalse();
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(one));
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.write(one));
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::shutdownInput);
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::shutdownOutput);
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::getRemoteAddress);
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.configureBlocking(false));
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true));
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> channel.getOption(StandardSocketOptions.TCP_NODELAY));
        });
    }
}
