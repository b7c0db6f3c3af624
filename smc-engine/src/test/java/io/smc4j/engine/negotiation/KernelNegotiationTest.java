package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a connect in the kernel's hands; sockets of TCP fail in the same ways. */
@Timeout(value = 30, threadMode = SEPARATE_THREAD)
class KernelNegotiationTest {

    private SmcEngine engine;
    private ServerSocket listener;
    private InetSocketAddress remote;
    private int fd;
    private Negotiation negotiation;

    /** The reason for TCP, none if that is the kernel's to say. */
    private final CompletableFuture<Optional<FallbackReason>> outcome = new CompletableFuture<>();

    private final Negotiable channel = new Negotiable() {

        @Override
        public int receiveSize() {
            throw new AssertionError();
        }

        @Override
        public int sendSize() {
            throw new AssertionError();
        }

        @Override
        public ReentrantLock writeLock() {
            throw new AssertionError();
        }

        @Override
        public void onConnected() {
            throw new AssertionError();
        }

        @Override
        public void onSmc(SmcConnection connection, Resumption resumption) {
            outcome.completeExceptionally(new AssertionError());
        }

        @Override
        public void onReset() {
            throw new AssertionError();
        }

        @Override
        public void onTcp(FallbackReason reason, int peerDiagnosis, boolean gated) {
            outcome.complete(Optional.ofNullable(reason));
        }

        @Override
        public void onFailure(IOException cause) {
            outcome.completeExceptionally(cause);
        }

        @Override
        public void onGateOpened() {
            throw new AssertionError();
        }

        @Override
        public void onGateLeft(UnattendedGate gate) {
            throw new AssertionError();
        }

        @Override
        public void onLinkDown() {
            throw new AssertionError();
        }

        @Override
        public int reconnect() throws IOException {
            Sockets.close(fd);
            fd = connecting();
            return fd;
        }
    };

    @BeforeEach
    void open() throws IOException {
        engine = new SmcEngine(SmcConfig.defaults());
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        remote = (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @AfterEach
    void close() throws IOException {
        negotiation.cancel(false, false);
        Sockets.close(fd);
        listener.close();
        engine.close();
    }

    private int connecting() throws OsException {
        int socket = Sockets.openStream(false);
        Sockets.connect(socket, false, remote);
        return socket;
    }

    private Optional<FallbackReason> outcomeOf(int connecting) throws Exception {
        fd = connecting;
        negotiation = KernelNegotiation.start(engine.negotiations(), channel, fd, remote);
        return outcome.get();
    }

    @Test
    void leavesItToTheKernelToSayWhatStands() throws Exception {
        assertThat(outcomeOf(connecting())).isEmpty();
    }

    @Test
    void connectsAnewByTcpIfTheHandshakeFails() throws Exception {
        int doomed = connecting();
        try (Socket accepted = listener.accept()) {
            accepted.setSoLinger(true, 0);
        }
        assertThat(outcomeOf(doomed)).contains(FallbackReason.PEER_LOST);
        assertThat(fd).isNotNegative();
        assertThat(engine.discovery().failures().knows(remote)).isTrue();
    }

    @Test
    void passesOnThatTheConnectionIsRefused() throws IOException {
        listener.close();
        assertThatThrownBy(() -> outcomeOf(connecting())).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConnectException.class);
    }
}
