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

/** Reactor Netty: {@code GET /N} is answered with N bytes. */
final class NettyHttpServer {

    private static final Map<Integer, ByteBuf> BODIES = new ConcurrentHashMap<>();

    private NettyHttpServer() {
    }

    static Server start(String transport, NettyTransport netty) throws Exception {
        var address = NettyTransport.listenAddress(transport);
        DisposableServer server = HttpServer.create().runOn(netty.loops(), true).bindAddress(() -> address)
                .handle(NettyHttpServer::answer).bindNow();
        return new Server(NettyTransport.text(server.address()), netty.smc());
    }

    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        int size = Integer.parseInt(request.uri().substring(1));
        ByteBuf body = BODIES.computeIfAbsent(size,
                n -> Unpooled.unreleasableBuffer(Unpooled.directBuffer(n).writeZero(n).asReadOnly()));
        return response.status(HttpResponseStatus.OK).header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(size))
                .sendObject(Mono.just(body.duplicate()));
    }
}
