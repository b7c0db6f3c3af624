package io.smc4j.spring.boot.autoconfigure.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/** What an application may have set for epoll, Reactor Netty's transport before there was SMC. */
@ExtendWith(OutputCaptureExtension.class)
class NativeTransportTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Map<ChannelOption<Integer>, Integer> LIMITS = Map.of(EpollChannelOption.TCP_KEEPIDLE, 11,
            EpollChannelOption.TCP_KEEPINTVL, 12, EpollChannelOption.TCP_KEEPCNT, 13,
            EpollChannelOption.TCP_USER_TIMEOUT, 14_000);

    private SmcSelectorProvider engine;
    private SmcLoopResources loops;

    @BeforeEach
    void open() throws Exception {
        engine = SmcSelectorProvider.open(SmcConfig.defaults());
        loops = new SmcLoopResources(engine);
    }

    @AfterEach
    void close() {
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        engine.close();
    }

    @Test
    void limitsOfTcpHoldAtBothEnds(CapturedOutput output) {
        Map<ChannelOption<?>, Object> seen = new ConcurrentHashMap<>();
        HttpServer server = echoServer().port(0).childOption(ChannelOption.SO_KEEPALIVE, true)
                .doOnConnection(connection -> LIMITS.keySet().forEach(
                        option -> seen.put(option, connection.channel().config().getOption(option))));
        HttpClient client = client().doOnConnected(connection -> LIMITS.forEach((option, limit) ->
                assertThat(connection.channel().config().getOption(option)).isEqualTo(limit)));
        for (Map.Entry<ChannelOption<Integer>, Integer> limit : LIMITS.entrySet()) {
            server = server.childOption(limit.getKey(), limit.getValue());
            client = client.option(limit.getKey(), limit.getValue());
        }
        DisposableServer bound = server.bindNow(LIMIT);
        assertThat(echo(client.port(bound.port()))).isEqualTo("hello");
        bound.disposeNow(LIMIT);
        assertThat(seen).isEqualTo(LIMITS);
        assertThat(output).doesNotContain("Unknown channel option").doesNotContain("needs a native transport");
    }

    /** Each of an engine of its own, as two processes have. The kernel chooses one for each connection. */
    @Test
    void twoServersShareAPort() throws Exception {
        try (SmcSelectorProvider secondEngine = SmcSelectorProvider.open(SmcConfig.defaults())) {
            SmcLoopResources secondLoops = new SmcLoopResources(secondEngine);
            HttpServer server = echoServer().option(EpollChannelOption.SO_REUSEPORT, true);
            DisposableServer first = server.port(0).bindNow(LIMIT);
            DisposableServer second = server.port(first.port()).runOn(secondLoops, true).bindNow(LIMIT);
            for (int i = 0; i < 20; i++) {
                assertThat(echo(client().port(first.port()))).isEqualTo("hello");
            }
            first.disposeNow(LIMIT);
            assertThat(echo(client().port(second.port()))).isEqualTo("hello");
            second.disposeNow(LIMIT);
            secondLoops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        }
    }

    @Test
    void anOptionThatNioLacksIsMentionedOnce(CapturedOutput output) {
        DisposableServer server = echoServer().port(0).bindNow(LIMIT);
        HttpClient client = client().port(server.port()).option(EpollChannelOption.TCP_NOTSENT_LOWAT, 4096L)
                .option(ChannelOption.TCP_FASTOPEN_CONNECT, true);
        for (int i = 0; i < 3; i++) {
            assertThat(echo(client)).isEqualTo("hello");
        }
        server.disposeNow(LIMIT);
        assertThat(output).doesNotContain("Unknown channel option")
                .containsOnlyOnce("TCP_NOTSENT_LOWAT").containsOnlyOnce("TCP_FASTOPEN_CONNECT");
    }

    @ParameterizedTest
    @EnumSource
    void unixDomainSocketsServeAndCall(Address address, @TempDir Path directory) {
        Path file = directory.resolve("socket");
        DisposableServer server = HttpServer.create().runOn(loops, true).bindAddress(() -> address.of(file))
                .handle((request, response) -> response.send(request.receive().retain())).bindNow(LIMIT);
        HttpClient client = HttpClient.create().runOn(loops, true).remoteAddress(() -> address.of(file));
        assertThat(echo(client)).isEqualTo("hello");
        assertThat(engine.snapshot().connections()).isEmpty();
        server.disposeNow(LIMIT);
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void abstractNamesAreRefusedWithAHint() {
        HttpClient client = HttpClient.create().runOn(loops, true)
                .remoteAddress(() -> new DomainSocketAddress("\0name"));
        assertThatThrownBy(() -> echo(client)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("@name").hasMessageContaining("event loops of its own");
    }

    private HttpServer echoServer() {
        return HttpServer.create().host("localhost").runOn(loops, true)
                .handle((request, response) -> response.send(request.receive().retain()));
    }

    /** Without a pool: each call has a connection of its own. */
    private HttpClient client() {
        return HttpClient.create(ConnectionProvider.newConnection()).host("localhost").runOn(loops, true);
    }

    private static String echo(HttpClient client) {
        return client.post().uri("/").send((request, out) -> out.sendString(Flux.just("hello")))
                .responseContent().aggregate().asString().switchIfEmpty(Mono.just("")).block(LIMIT);
    }

    /** The two kinds of address that Reactor Netty knows. */
    enum Address {
        NETTYS(file -> new DomainSocketAddress(file.toString())), JDKS(UnixDomainSocketAddress::of);

        private final Function<Path, SocketAddress> maker;

        Address(Function<Path, SocketAddress> maker) {
            this.maker = maker;
        }

        SocketAddress of(Path file) {
            return maker.apply(file);
        }
    }
}
