package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.util.AttributeKey;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.HttpClientState;

/** Has the requests of a Reactor Netty client ask whether the server understands SMC, and hears the answers. */
final class DiscoveringClient implements ConnectionObserver {

    private static final AttributeKey<String> QUESTION = AttributeKey.valueOf(DiscoveringClient.class, "question");

    private final DiscoveryHeader header;

    DiscoveringClient(DiscoveryHeader header) {
        this.header = header;
    }

    @Override
    public void onStateChange(Connection connection, State state) {
        if (!(connection.channel() instanceof SmcNioSocketChannel channel)) {
            // A stream of HTTP/2 shares its connection with others.
            return;
        }
        if (state == HttpClientState.REQUEST_PREPARED && connection instanceof HttpClientRequest request) {
            String question = header.question(channel.localAddress(), channel.remoteAddress());
            // What a gateway's client has asked is not for its target.
            request.requestHeaders().remove(DiscoveryHeader.NAME);
            if (question != null) {
                request.header(DiscoveryHeader.NAME, question);
                channel.attr(QUESTION).set(question);
            }
        } else if (state == HttpClientState.RESPONSE_RECEIVED && connection instanceof HttpClientResponse response
                && channel.hasAttr(QUESTION)) {
            String question = channel.attr(QUESTION).getAndSet(null);
            if (question != null) {
                header.answered(channel.localAddress(), channel.remoteAddress(), question,
                        response.responseHeaders().get(DiscoveryHeader.NAME));
                // Nor is what the target answers for a gateway's client, whom the gateway answers itself.
                response.responseHeaders().remove(DiscoveryHeader.NAME);
            }
        }
    }
}
