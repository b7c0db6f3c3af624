package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientConfig;
import reactor.netty.resources.LoopResources;
import reactor.netty.transport.NameResolverProvider;

/**
 * Reactor Netty's resolver, which lives on one of the event loops that there are when a client is told of them. Where
 * others take their place, it is made anew.
 */
final class RenewedResolver extends AddressResolverGroup<InetSocketAddress> {

    private final LoopResources resources;
    private NameResolverProvider usual;
    private AddressResolverGroup<?> current;

    RenewedResolver(LoopResources resources) {
        this.resources = resources;
    }

    /** Whether it may stand in for the resolver of a client, which is not the application's choice. */
    boolean mayStandIn(HttpClient client) {
        return client.configuration().getNameResolverProvider().equals(usual());
    }

    /** Has the next event loop that asks get another. */
    synchronized void renew() {
        current = null;
    }

    @Override
    @SuppressWarnings("unchecked") // All of Reactor Netty's resolvers are of this type.
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return (AddressResolver<InetSocketAddress>) current().getResolver(executor);
    }

    private synchronized NameResolverProvider usual() {
        if (usual == null) {
            usual = onLoops().getNameResolverProvider();
        }
        return usual;
    }

    private synchronized AddressResolverGroup<?> current() {
        if (current == null) {
            current = onLoops().resolver();
        }
        return current;
    }

    /** Reactor Netty keeps a resolver for each object that stands for event loops. */
    private HttpClientConfig onLoops() {
        return HttpClient.newConnection().runOn(new Alias(resources), false).configuration();
    }

    private record Alias(LoopResources target, Object identity) implements LoopResources {

        Alias(LoopResources target) {
            this(target, new Object());
        }

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return target.onServer(useNative);
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return target.onClient(useNative);
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            return target.onChannel(type, group);
        }

        @Override
        public Mono<Void> disposeLater() {
            return Mono.empty();
        }
    }
}
