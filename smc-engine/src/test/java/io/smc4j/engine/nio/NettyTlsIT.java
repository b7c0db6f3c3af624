package io.smc4j.engine.nio;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketSslClientRenegotiateTest;
import io.netty.testsuite.transport.socket.SocketSslEchoTest;
import io.netty.testsuite.transport.socket.SocketSslGreetingTest;
import io.netty.testsuite.transport.socket.SocketSslSessionReuseTest;
import io.netty.testsuite.transport.socket.SocketStartTlsTest;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** TLS over SMC, as Netty tests it over its own transports. */
class NettyTlsIT {

    @AfterAll
    static void usedSmc() {
        NettyTestsuite.assertThatSmcWasUsed();
    }

    @Nested
    class SslClientRenegotiate extends SocketSslClientRenegotiateTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    /** 96 combinations of TLS settings: one allocator will do. */
    @Nested
    class SslEcho extends SocketSslEchoTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }

        @Override
        protected List<ByteBufAllocator> newAllocators() {
            return List.of(PooledByteBufAllocator.DEFAULT);
        }
    }

    @Nested
    class SslGreeting extends SocketSslGreetingTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class SslSessionReuse extends SocketSslSessionReuseTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }

        /** Without the combination that requires OpenSSL. */
        public static Collection<Object[]> jdkAndOpenSSL() throws Exception {
            return jdkOnly();
        }
    }

    @Nested
    class StartTls extends SocketStartTlsTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }
}
