package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.nio.socket.SocketAdaptor;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SocketAdaptorTest {

    @Nested
    class OfForeignChannels extends SocketAdaptorContract {

        @Override
        SocketChannel open() throws IOException {
            return new ForeignSocketChannel(SocketChannel.open());
        }

        @Test
        void knowsNoUrgentData() throws IOException {
            try (SocketChannel channel = open()) {
                Socket socket = channel.socket();
                assertThat(socket).isInstanceOf(SocketAdaptor.class);
                assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.sendUrgentData(1));
            }
        }

        /** The JDK's lets it pass, against what it documents. */
        @Test
        void refusesANegativeLingerTime() throws IOException {
            try (SocketChannel channel = open()) {
                assertThatIllegalArgumentException().isThrownBy(() -> channel.socket().setSoLinger(true, -1));
            }
        }
    }

    /** Of sockets that are TCP's, as the contract connects them to a server of the JDK. */
    @Nested
    class OfEngines extends SocketAdaptorContract {

        private SmcSelectorProvider engine;

        @BeforeEach
        @Override
        void openServerAndSocket() throws IOException {
            engine = SmcSelectorProvider.open(SmcConfig.defaults());
            super.openServerAndSocket();
        }

        @AfterEach
        @Override
        void close() throws IOException {
            super.close();
            engine.close();
        }

        @Override
        SocketChannel open() throws IOException {
            return engine.openSocketChannel();
        }
    }

    /** Keeps the contract honest. */
    @Nested
    class OfTheJdk extends SocketAdaptorContract {

        @Override
        SocketChannel open() throws IOException {
            return SocketChannel.open();
        }
    }
}
