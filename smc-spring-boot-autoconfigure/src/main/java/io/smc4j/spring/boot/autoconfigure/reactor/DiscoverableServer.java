package io.smc4j.spring.boot.autoconfigure.reactor;

import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerState;

/** Has the responses of a Reactor Netty server tell that it understands SMC, if the request asks. */
final class DiscoverableServer implements ConnectionObserver {

    private final DiscoveryHeader header;

    DiscoverableServer(DiscoveryHeader header) {
        this.header = header;
    }

    @Override
    public void onStateChange(Connection connection, State state) {
        if (state != HttpServerState.REQUEST_RECEIVED || !(connection instanceof HttpServerRequest request)
                || !(connection instanceof HttpServerResponse response)
                || !(connection.channel() instanceof SmcNioSocketChannel channel)) {
            return;
        }
        String question = request.requestHeaders().get(DiscoveryHeader.NAME);
        String answer = question == null ? null
                : header.answer(channel.localAddress(), channel.remoteAddress(), question);
        if (answer != null) {
            response.header(DiscoveryHeader.NAME, answer);
        }
    }
}
