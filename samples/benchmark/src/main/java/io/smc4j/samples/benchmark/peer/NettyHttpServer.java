package io.smc4j.samples.benchmark.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Reactor Netty: {@code GET /N} is answered with N bytes, see {@link Target}. */
final class NettyHttpServer {

    private static final Map<Integer, ByteBuf> BODIES = new ConcurrentHashMap<>();
    private static final Gate GATE = new Gate();

    private NettyHttpServer() {
    }

    static Server start(PeerOptions options, NettyTransport netty) throws Exception {
        var address = NettyTransport.listenAddress(options);
        DisposableServer server = HttpServer.create().runOn(netty.loops(), true).bindAddress(() -> address)
                .handle(NettyHttpServer::answer).bindNow();
        // Not its own idea of the address, which a local channel's does not fit.
        return new Server(NettyTransport.text(server.channel().localAddress()), netty.smc());
    }

    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        Target target = Target.parse(request.uri());
        ByteBuf body = BODIES.computeIfAbsent(target.body(),
                n -> Unpooled.unreleasableBuffer(Unpooled.directBuffer(n).writeZero(n).asReadOnly()));
        Mono<ByteBuf> content = target.together() == 1 ? Mono.just(body.duplicate())
                : Mono.create(sink -> GATE.pass(target.together(), () -> sink.success(body.duplicate())));
        return response.status(HttpResponseStatus.OK)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(target.body()))
                .sendObject(content);
    }
}
