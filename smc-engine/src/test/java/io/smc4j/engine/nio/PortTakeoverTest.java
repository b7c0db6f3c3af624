package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server that knows no SMC listens where one did that does, while the memory shared with that one is still in use.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class PortTakeoverTest extends ChannelContract {

    PortTakeoverTest() {
        super(Pairing.SMC_TO_SMC);
    }

    @Test
    void sendsTheNewServerNothingButTheApplicationsBytes() throws Exception {
        ServerSocketChannel first = listen();
        SocketAddress address = first.getLocalAddress();
        connect(newClient(), first);
        first.close();

        ServerSocketChannel second = toClose(ServerSocketChannel.open()).bind(address);
        SocketChannel client = newClient();
        Task<Integer> connecting = start(() -> {
            client.connect(address);
            return client.write(ByteBuffer.wrap(new byte[] {42}));
        });
        SocketChannel accepted = toClose(second.accept());
        ByteBuffer received = ByteBuffer.allocate(100);
        assertThat(accepted.read(received)).isEqualTo(1);
        assertThat(received.get(0)).isEqualTo((byte) 42);
        assertThat(connecting.await()).isEqualTo(1);
    }
}
