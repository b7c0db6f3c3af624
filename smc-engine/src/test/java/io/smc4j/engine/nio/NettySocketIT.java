package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.AbstractSocketReuseFdTest;
import io.netty.testsuite.transport.socket.CompositeBufferGatheringWriteTest;
import io.netty.testsuite.transport.socket.ServerSocketSuspendTest;
import io.netty.testsuite.transport.socket.SocketAddressesTest;
import io.netty.testsuite.transport.socket.SocketAutoReadTest;
import io.netty.testsuite.transport.socket.SocketBufReleaseTest;
import io.netty.testsuite.transport.socket.SocketCancelWriteTest;
import io.netty.testsuite.transport.socket.SocketChannelNotYetConnectedTest;
import io.netty.testsuite.transport.socket.SocketCloseForciblyTest;
import io.netty.testsuite.transport.socket.SocketConditionalWritabilityTest;
import io.netty.testsuite.transport.socket.SocketConnectTest;
import io.netty.testsuite.transport.socket.SocketConnectionAttemptTest;
import io.netty.testsuite.transport.socket.SocketDataReadInitialStateTest;
import io.netty.testsuite.transport.socket.SocketEchoTest;
import io.netty.testsuite.transport.socket.SocketExceptionHandlingTest;
import io.netty.testsuite.transport.socket.SocketFileRegionTest;
import io.netty.testsuite.transport.socket.SocketFixedLengthEchoTest;
import io.netty.testsuite.transport.socket.SocketGatheringWriteTest;
import io.netty.testsuite.transport.socket.SocketHalfClosedTest;
import io.netty.testsuite.transport.socket.SocketMultipleConnectTest;
import io.netty.testsuite.transport.socket.SocketObjectEchoTest;
import io.netty.testsuite.transport.socket.SocketReadPendingTest;
import io.netty.testsuite.transport.socket.SocketRstTest;
import io.netty.testsuite.transport.socket.SocketShutdownOutputByPeerTest;
import io.netty.testsuite.transport.socket.SocketShutdownOutputBySelfTest;
import io.netty.testsuite.transport.socket.SocketSpdyEchoTest;
import io.netty.testsuite.transport.socket.SocketStringEchoTest;
import io.netty.testsuite.transport.socket.TrafficShapingHandlerTest;
import io.netty.testsuite.transport.socket.WriteBeforeRegisteredTest;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** What Netty demands of every socket transport of its own. */
class NettySocketIT {

    @BeforeAll
    static void setUpBeforeNettysClassesLoad() {
        assertThat(NettyTestsuite.SOCKETS).isNotNull();
    }

    @AfterAll
    static void usedSmc() {
        NettyTestsuite.assertThatSmcWasUsed();
    }

    @Nested
    class AutoRead extends SocketAutoReadTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class BufRelease extends SocketBufReleaseTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class CancelWrite extends SocketCancelWriteTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class CloseForcibly extends SocketCloseForciblyTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class ConditionalWritability extends SocketConditionalWritabilityTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class Connect extends SocketConnectTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class DataReadInitialState extends SocketDataReadInitialStateTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class Echo extends SocketEchoTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class ExceptionHandling extends SocketExceptionHandlingTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class FileRegion extends SocketFileRegionTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class FixedLengthEcho extends SocketFixedLengthEchoTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class GatheringWrite extends SocketGatheringWriteTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class CompositeBufferGatheringWrite extends CompositeBufferGatheringWriteTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    /** Slow by design: one allocator will do. */
    @Nested
    class HalfClosed extends SocketHalfClosedTest {

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
    class MultipleConnect extends SocketMultipleConnectTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class ObjectEcho extends SocketObjectEchoTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    /** Slow by design: one allocator will do. */
    @Nested
    class ReadPending extends SocketReadPendingTest {

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
    class Rst extends SocketRstTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class SpdyEcho extends SocketSpdyEchoTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class StringEcho extends SocketStringEchoTest {

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    /** Slow by design: one allocator will do. */
    @Nested
    class TrafficShapingHandler extends TrafficShapingHandlerTest {

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
    class ChannelNotYetConnected extends SocketChannelNotYetConnectedTest {

        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.smcClientSocket();
        }
    }

    @Nested
    class ConnectionAttempt extends SocketConnectionAttemptTest {

        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.smcClientSocket();
        }
    }

    @Nested
    class ShutdownOutputBySelf extends SocketShutdownOutputBySelfTest {

        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.smcClientSocket();
        }
    }

    @Nested
    class WriteBeforeRegistered extends WriteBeforeRegisteredTest {

        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.smcClientSocket();
        }
    }

    @Nested
    class ServerSocketSuspend extends ServerSocketSuspendTest {

        @Override
        protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.smcServerSocket();
        }
    }

    @Nested
    class ShutdownOutputByPeer extends SocketShutdownOutputByPeerTest {

        @Override
        protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.smcServerSocket();
        }
    }

    @Nested
    class ReuseFd extends AbstractSocketReuseFdTest {

        @Override
        protected SocketAddress newSocketAddress() {
            return new InetSocketAddress(NetUtil.LOCALHOST, 0);
        }

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }

    @Nested
    class Addresses extends SocketAddressesTest {

        @Override
        protected void assertAddress(SocketAddress address) {
            assertThat(((InetSocketAddress) address).getPort()).isPositive();
            assertThat(((InetSocketAddress) address).isUnresolved()).isFalse();
        }

        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return NettyTestsuite.SOCKETS.socket();
        }
    }
}
