package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;

/** A reset is an error each time somebody reads: taken for the end of the stream it would hide a loss. */
abstract class ResetContract extends ChannelContract {

    ResetContract(Pairing pairing) {
        super(pairing);
    }

    /** Has the peer send some bytes and reset the connection, and returns once the channel knows. */
    private static void reset(End end, int bytesBefore) throws IOException {
        end.peer().write(ByteBuffer.allocate(bytesBefore));
        end.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        end.peer().close();
        SocketChannel channel = nonBlocking(end.channel());
        try (Selector selector = end.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.select()).isEqualTo(1);
        }
        channel.configureBlocking(true);
    }

    private static void assertThatItIsReset(ThrowingCallable read) {
        assertThatExceptionOfType(SocketException.class).isThrownBy(read).withMessage("Connection reset");
    }

    @Test
    void staysAnErrorForTheChannel() throws Exception {
        atBothEnds(end -> {
            reset(end, 0);
            SocketChannel channel = end.channel();
            ByteBuffer[] several = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(1)};
            for (int i = 0; i < 2; i++) {
                assertThatItIsReset(() -> channel.read(ByteBuffer.allocate(1)));
                assertThatItIsReset(() -> channel.read(ByteBuffer.allocateDirect(1)));
                assertThatItIsReset(() -> channel.read(several));
                channel.configureBlocking(false);
                assertThatItIsReset(() -> channel.read(ByteBuffer.allocate(1)));
                assertThatItIsReset(() -> channel.read(several));
                channel.configureBlocking(true);
            }
            assertThat(channel.isOpen()).isTrue();
            assertThat(channel.isConnected()).isTrue();
        });
    }

    @Test
    void staysAnErrorForTheStream() throws Exception {
        atBothEnds(end -> {
            reset(end, 0);
            InputStream in = end.channel().socket().getInputStream();
            for (int i = 0; i < 2; i++) {
                assertThat(in.available()).isZero();
                assertThatItIsReset(in::read);
                end.channel().socket().setSoTimeout(60_000);
                assertThatItIsReset(() -> in.read(new byte[2]));
            }
        });
    }

    @Test
    void comesAfterWhatWasSentBefore() throws Exception {
        atBothEnds(end -> {
            reset(end, 3);
            InputStream in = end.channel().socket().getInputStream();
            assertThat(in.available()).isEqualTo(3);
            assertThat(in.read(new byte[2])).isEqualTo(2);
            assertThat(in.available()).isEqualTo(1);
            assertThat(end.channel().read(ByteBuffer.allocate(2))).isEqualTo(1);
            assertThatItIsReset(() -> end.channel().read(ByteBuffer.allocate(1)));
            assertThat(in.available()).isZero();
            assertThatItIsReset(in::read);
        });
    }

    @Test
    void isSeenByAClientThatHasBarelyConnected() throws Exception {
        whenBarelyConnected(0, true, client -> assertThatItIsReset(() -> client.read(ByteBuffer.allocate(1))));
    }

    @Test
    void isNotSeenByAClientIfTheServerClosesInOrder() throws Exception {
        whenBarelyConnected(0, false, client -> assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1));
    }

    @Test
    void comesAfterWhatWasSentBeforeToAClientThatHasBarelyConnected() throws Exception {
        whenBarelyConnected(3, true, client -> {
            ByteBuffer read = ByteBuffer.allocate(4);
            assertThat(client.read(read)).isEqualTo(3);
            assertThatItIsReset(() -> client.read(read));
        });
    }

    /**
     * Looks at clients whose server closes as soon as it has accepted: however far a handshake is, a client keeps its
     * one connection and sees how that ends.
     */
    private void whenBarelyConnected(int sent, boolean reset, ThrowingConsumer<SocketChannel> look) throws Exception {
        ServerSocketChannel listener = listen();
        for (int i = 0; i < 200; i++) {
            SocketChannel client = newClient();
            Task<Void> server = start(() -> closeNext(listener, sent, reset));
            client.connect(listener.getLocalAddress());
            look.accept(client);
            client.close();
            server.await();
        }
        listener.configureBlocking(false);
        assertThat(listener.accept()).as("a connection too many").isNull();
    }

    private static Void closeNext(ServerSocketChannel listener, int sent, boolean reset) throws IOException {
        SocketChannel accepted = listener.accept();
        if (sent > 0) {
            accepted.write(ByteBuffer.allocate(sent));
        }
        if (reset) {
            accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        long until = System.nanoTime() + ThreadLocalRandom.current().nextInt(300_000);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        accepted.close();
        return null;
    }

    @Test
    void tellsWhatIsAvailableWhileAnotherThreadReads() throws Exception {
        atBothEnds(end -> {
            InputStream in = end.channel().socket().getInputStream();
            Task<Integer> reading = start(in::read).awaitBlocked();
            assertThat(start(in::available).await()).isZero();
            end.peer().write(ByteBuffer.wrap(new byte[] {7}));
            assertThat(reading.await()).isEqualTo(7);
        });
    }
}
