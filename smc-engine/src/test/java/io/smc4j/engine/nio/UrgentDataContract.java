package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Urgent data: on TCP as ever, on SMC refused. */
abstract class UrgentDataContract extends ChannelContract {

    private static final String REFUSED = "Urgent data is not supported over SMC";

    UrgentDataContract(Pairing pairing) {
        super(pairing);
    }

    private boolean isTcp() {
        return pairing.expectedMode() == SmcMode.TCP;
    }

    @Test
    void arrivesInItsPlaceIfInline() throws Exception {
        atBothEnds(end -> {
            Socket sender = end.channel().socket();
            Socket receiver = end.peer().socket();
            assertThat(receiver.getOOBInline()).isFalse();
            if (isTcp()) {
                receiver.setOOBInline(true);
                assertThat(receiver.getOOBInline()).isTrue();
                sender.getOutputStream().write(1);
                sender.sendUrgentData(0x1FF);
                sender.getOutputStream().write(3);
                assertThat(receiver.getInputStream().readNBytes(3)).containsExactly(1, 0xFF, 3);
            } else {
                assertThatItIsRefused(() -> receiver.setOOBInline(true));
                assertThatItIsRefused(() -> sender.sendUrgentData(2));
                receiver.setOOBInline(false);
                assertThat(receiver.getOOBInline()).isFalse();
                sender.getOutputStream().write(3);
                assertThat(receiver.getInputStream().read()).isEqualTo(3);
            }
        });
    }

    private static void assertThatItIsRefused(ThrowingCallable call) {
        assertThatExceptionOfType(SocketException.class).isThrownBy(call)
                .withMessage(REFUSED);
    }

    @Test
    void isDroppedUnlessInline() throws Exception {
        if (!isTcp()) {
            return;
        }
        atBothEnds(end -> {
            Socket sender = end.channel().socket();
            sender.getOutputStream().write(1);
            sender.sendUrgentData(2);
            sender.getOutputStream().write(3);
            assertThat(end.peer().socket().getInputStream().readNBytes(2)).containsExactly(1, 3);
        });
    }

    @Test
    void canBeSentByAChannelThatDoesNotBlock() throws Exception {
        if (!isTcp()) {
            return;
        }
        atBothEnds(end -> {
            end.peer().socket().setOOBInline(true);
            nonBlocking(end.channel()).socket().sendUrgentData(5);
            ByteBuffer received = ByteBuffer.allocate(2);
            assertThat(end.peer().read(received)).isEqualTo(1);
            assertThat(received.get(0)).isEqualTo((byte) 5);
        });
    }

    /** What is sent first, before an engine knows what carries the connection. */
    @Test
    void mayBeWhatIsSentFirst() throws Exception {
        ServerSocketChannel listener = listen();
        SocketChannel client = newClient();
        Task<Boolean> sending = start(() -> {
            client.connect(listener.getLocalAddress());
            client.socket().sendUrgentData(6);
            return true;
        });
        SocketChannel server = toClose(listener.accept());
        if (isTcp()) {
            server.socket().setOOBInline(true);
            InputStream in = server.socket().getInputStream();
            assertThat(in.read()).isEqualTo(6);
            assertThat(sending.await()).isTrue();
        } else {
            setInlineUnlessDecided(server.socket());
            Task<Integer> reading = start(() -> server.read(ByteBuffer.allocate(1)));
            assertThatExceptionOfType(Exception.class).as(() -> connectionsOf(clients)).isThrownBy(sending::await)
                    .withCauseInstanceOf(SocketException.class);
            client.close();
            assertThat(reading.await()).isEqualTo(-1);
        }
    }

    private static void setInlineUnlessDecided(Socket socket) {
        try {
            socket.setOOBInline(true);
        } catch (SocketException e) {
            assertThat(e).hasMessage(REFUSED);
        }
    }

    @Test
    void keepsTheOptionThatWasSetBeforeTheConnect() throws Exception {
        SocketChannel client = newClient();
        client.socket().setOOBInline(true);
        assertThat(client.socket().getOOBInline()).isTrue();
        Connection c = connect(client, listen());
        assertThat(client.socket().getOOBInline()).isTrue();
        assertThat(c.server().socket().getOOBInline()).isFalse();
        c.server().write(ByteBuffer.allocate(1));
        drain(client, 1);
    }

    @Test
    void isRefusedWithoutAConnection() throws Exception {
        SocketChannel client = newClient();
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> client.socket().sendUrgentData(1));
        client.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.socket().sendUrgentData(1));
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.socket().setOOBInline(true))
                .withMessage("Socket is closed");
    }
}
