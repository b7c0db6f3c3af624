package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClientState;

/**
 * Keeps outdated connections out of Reactor Netty's pools, whosever they are: after an answer they do not go back, and
 * those that lie idle are closed.
 *
 * <p>All that happens to a connection happens on its event loop, so one that is idle here is in nobody's hands. Reactor
 * Netty itself may have just taken it out of the pool; it looks on the event loop whether it is open, and takes
 * another.
 */
final class OutdatedPoolConnections implements ConnectionObserver, OutdatedConnections.Pool {

    private static final AttributeKey<Boolean> IDLE = AttributeKey.valueOf(OutdatedPoolConnections.class, "idle");

    private final OutdatedConnections outdated;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

    OutdatedPoolConnections(OutdatedConnections outdated) {
        this.outdated = outdated;
    }

    @Override
    public void onStateChange(Connection connection, State state) {
        if (!(connection.channel() instanceof SmcNioSocketChannel channel)) {
            // A stream of HTTP/2 shares its connection with others.
            return;
        }
        if (state == State.CONNECTED) {
            channels.add(channel);
            channel.closeFuture().addListener(closed -> channels.remove(channel));
        } else if (state == State.ACQUIRED) {
            channel.attr(IDLE).set(false);
        } else if (state == HttpClientState.RESPONSE_COMPLETED && outdated.includes(channel.localAddress())) {
            connection.markPersistent(false);
        } else if (state == State.RELEASED) {
            channel.attr(IDLE).set(true);
        }
    }

    @Override
    public void closeIdle(Set<SocketAddress> locals) {
        for (Channel channel : channels) {
            if (locals.contains(channel.localAddress())) {
                channel.eventLoop().execute(() -> {
                    if (Boolean.TRUE.equals(channel.attr(IDLE).get())) {
                        channel.close();
                    }
                });
            }
        }
    }
}
