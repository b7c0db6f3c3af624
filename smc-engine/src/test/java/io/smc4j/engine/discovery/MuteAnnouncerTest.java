package io.smc4j.engine.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.os.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MuteAnnouncerTest {

    private final MuteAnnouncer announcer = new MuteAnnouncer();

    @Test
    void neverAnnounces() throws Exception {
        int fd = Sockets.openStream(false);
        try {
            assertThat(announcer.isPermitted()).isFalse();
            assertThat(announcer.announce(fd)).isFalse();
            assertThat(announcer.peerAnnounced(fd)).isFalse();
            assertThat(announcer.answered(fd)).isFalse();
        } finally {
            Sockets.close(fd);
        }
    }

    @Test
    void seesThatAClientDidNotAnnounce() throws Exception {
        int listener = Sockets.openStream(false);
        try {
            Sockets.bind(listener, false, new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            announcer.announce(listener);
            Sockets.listen(listener, 1);
            int port = Sockets.localAddress(listener).getPort();
            try (Socket client = new Socket("127.0.0.1", port)) {
                int accepted = Awaitility.await().until(() -> Sockets.accept(listener), fd -> fd >= 0);
                try {
                    assertThat(client.isConnected()).isTrue();
                    assertThat(announcer.announcedUnanswered(accepted)).isFalse();
                } finally {
                    Sockets.close(accepted);
                }
            }
        } finally {
            Sockets.close(listener);
        }
    }
}
