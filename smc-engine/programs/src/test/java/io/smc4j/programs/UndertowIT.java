package io.smc4j.programs;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Undertow. */
class UndertowIT extends EchoCases {

    UndertowIT() {
        super(Server.class, HttpClientProgram.class, HttpClientProgram.WAYS);
    }

    /** Returns what it is sent. */
    static final class Server {

        public static void main(String[] arguments) throws Exception {
            HttpHandler echo = exchange -> exchange.getRequestReceiver().receiveFullBytes((whole, bytes) ->
                    whole.getResponseSender().send(ByteBuffer.wrap(bytes)));
            HttpHandler socket = Handlers.websocket((exchange, channel) -> {
                channel.getReceiveSetter().set(new EchoListener());
                channel.resumeReceives();
            });
            Undertow server = Undertow.builder().setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                    .addHttpListener(0, "localhost")
                    .setHandler(Handlers.path(echo).addExactPath("/socket", socket)).build();
            server.start();
            Pieces.say("port", ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort());
            Pieces.awaitEnd();
            server.stop();
        }
    }

    /** For WebSocket. */
    private static final class EchoListener extends AbstractReceiveListener {

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            try (var data = message.getData()) {
                byte[] bytes = WebSockets.mergeBuffers(data.getResource()).array();
                WebSockets.sendBinary(ByteBuffer.wrap(bytes), channel, null);
            }
        }
    }
}
