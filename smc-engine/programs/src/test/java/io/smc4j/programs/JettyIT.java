package io.smc4j.programs;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty. */
class JettyIT extends EchoCases {

    JettyIT() {
        super(Server.class, HttpClientProgram.class, HttpClientProgram.WAYS);
    }

    /** Returns what it is sent. */
    static final class Server {

        public static void main(String[] arguments) throws Exception {
            org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
            HttpConfiguration http = new HttpConfiguration();
            ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http),
                    new HTTP2CServerConnectionFactory(http));
            connector.setHost("localhost");
            server.addConnector(connector);
            WebSocketUpgradeHandler handler = WebSocketUpgradeHandler.from(server, container ->
                    container.addMapping("/socket", (request, response, callback) -> new EchoSocket()));
            handler.setHandler(new EchoHandler());
            server.setHandler(handler);
            server.start();
            Pieces.say("port", connector.getLocalPort());
            Pieces.awaitEnd();
            server.stop();
        }
    }

    /** For HTTP. */
    private static final class EchoHandler extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (request.getMethod().equals("GET")) {
                Content.Sink.write(response, true, "ok", callback);
            } else {
                Content.copy(request, response, callback);
            }
            return true;
        }
    }

    /** For WebSocket. */
    public static final class EchoSocket extends Session.Listener.AbstractAutoDemanding {

        @Override
        public void onWebSocketText(String message) {
            getSession().sendText(message, org.eclipse.jetty.websocket.api.Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, org.eclipse.jetty.websocket.api.Callback callback) {
            getSession().sendBinary(payload, callback);
        }
    }
}
