package io.smc4j.programs;

import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** Reactor Netty on NIO: returns what it is sent by HTTP/1.1, HTTP/2 in clear text, and WebSocket. */
final class ReactorNettyServer {

    private static final int MOST = 1 << 20;

    private ReactorNettyServer() {
    }

    public static void main(String[] arguments) throws Exception {
        DisposableServer server = HttpServer.create().host("127.0.0.1").port(0)
                .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                .route(routes -> routes
                        .ws("/socket", ReactorNettyServer::echo, WebsocketServerSpec.builder()
                                .maxFramePayloadLength(MOST).build())
                        .get("/", (request, response) -> response.sendString(Mono.just("ok")))
                        .route(request -> true, (request, response) -> response.send(
                                Flux.from(request.receive().retain()))))
                .bindNow();
        Pieces.say("port", server.port());
        Pieces.awaitEnd();
        server.disposeNow();
    }

    private static Publisher<Void> echo(WebsocketInbound in, WebsocketOutbound out) {
        return out.sendObject(in.aggregateFrames(MOST).receiveFrames()
                .filter(frame -> frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame)
                .map(WebSocketFrame::retain));
    }
}
