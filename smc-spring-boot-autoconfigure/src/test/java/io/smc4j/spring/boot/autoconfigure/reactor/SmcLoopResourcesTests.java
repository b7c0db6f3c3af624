package io.smc4j.spring.boot.autoconfigure.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.DomainDatagramChannel;
import io.smc4j.spring.boot.autoconfigure.testsupport.CountingSelectorProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

class SmcLoopResourcesTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final SmcLoopResources resources = new SmcLoopResources(new CountingSelectorProvider());

    @AfterEach
    void dispose() {
        dispose(resources);
    }

    private static void dispose(SmcLoopResources resources) {
        resources.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void eventLoopsAreDaemonsThatMustNotBlock() throws Exception {
        Thread thread = resources.onServer(true).submit(Thread::currentThread).get();
        assertThat(thread).isInstanceOf(NonBlocking.class);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("smc-nio-");
    }

    @Test
    void clientsStayOnTheEventLoopTheyAreUsedFrom() throws Exception {
        EventLoopGroup clients = resources.onClient(true);
        for (int i = 0; i < 3; i++) {
            EventLoop loop = resources.onServer(true).next();
            assertThat(loop.submit(clients::next).get()).isSameAs(loop);
        }
    }

    @Test
    void thereAreAsManyEventLoopsAsProcessorsButAtLeastTwo() {
        assertThat(resources.onServer(true))
                .hasSize(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    @Test
    void acceptorsAreWorkersByDefault() {
        assertThat(resources.onServerSelect(true)).isSameAs(resources.onServer(false));
    }

    @Test
    void datagramChannelsCanBeRegistered() throws Exception {
        DatagramChannel channel = resources.onChannel(DatagramChannel.class, resources.onClient(true));
        assertThat(channel).isInstanceOf(NioDatagramChannel.class);
        resources.onClient(true).register(channel).sync();
        channel.bind(new InetSocketAddress("127.0.0.1", 0)).sync();
        channel.close().sync();
    }

    @Test
    void kindsOfChannelThatNioLacksAreRefusedWithAHint() {
        assertThatThrownBy(() -> resources.onChannel(DomainDatagramChannel.class, resources.onClient(true)))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("DomainDatagramChannel")
                .hasMessageContaining("smc.client.webclient.enabled");
    }

    @Test
    void carriesTcpServerAndClient() {
        CountingSelectorProvider provider = new CountingSelectorProvider();
        SmcLoopResources loops = new SmcLoopResources(provider);
        try {
            DisposableServer server = TcpServer.create().host("localhost").port(0).runOn(loops, true)
                    .handle((in, out) -> out.send(in.receive().retain())).bindNow();
            String answer = TcpClient.newConnection().host("localhost").port(server.port()).runOn(loops, true).connect()
                    .flatMap(connection -> connection.outbound().sendString(Mono.just("hello"))
                            .then().then(connection.inbound().receive().asString().next())
                            .doFinally(signal -> connection.dispose()))
                    .block(LIMIT);
            assertThat(answer).isEqualTo("hello");
            server.disposeNow();
        } finally {
            dispose(loops);
        }
        assertThat(provider.traffic().connected()).isEqualTo(1);
        assertThat(provider.traffic().accepted()).isEqualTo(1);
        assertThat(provider.traffic().bytesRead()).isEqualTo(10);
        assertThat(provider.traffic().open()).isZero();
    }

    @Test
    void disposingEndsTheEventLoopsAndForbidsNewOnes() {
        EventLoopGroup workers = resources.onServer(true);
        assertThat(resources.isDisposed()).isFalse();
        dispose(resources);
        assertThat(resources.isDisposed()).isTrue();
        assertThat(workers.isTerminated()).isTrue();
        dispose(resources);
        SmcLoopResources unused = new SmcLoopResources(new CountingSelectorProvider());
        dispose(unused);
        assertThatIllegalStateException().isThrownBy(() -> unused.onServer(true));
    }
}
