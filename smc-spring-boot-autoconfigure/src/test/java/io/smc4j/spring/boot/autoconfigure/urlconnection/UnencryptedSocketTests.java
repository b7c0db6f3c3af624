package io.smc4j.spring.boot.autoconfigure.urlconnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class UnencryptedSocketTests {

    /** A print stream would make an interrupt of it, which the next call of the thread would meet. */
    @Test
    void aWriteThatTimesOutIsToldToWhoeverReads() throws IOException {
        try (UnencryptedSocket socket = new UnencryptedSocket(new Stuck());
                PrintStream request = new PrintStream(socket.getOutputStream())) {
            request.print("GET / HTTP/1.1");
            request.flush();
            assertThat(request.checkError()).isTrue();
            assertThat(Thread.interrupted()).as("interrupted").isFalse();
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketTimeoutException.class).hasMessage("stuck");
        }
    }

    private static final class Stuck extends Socket {

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new SocketTimeoutException("stuck");
                }
            };
        }
    }
}
