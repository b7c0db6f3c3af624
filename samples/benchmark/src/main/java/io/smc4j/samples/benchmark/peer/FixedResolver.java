package io.smc4j.samples.benchmark.peer;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.util.List;

/**
 * Takes every host for one address, which need not be of TCP: clients know no other way than a URL's host to name it.
 */
final class FixedResolver extends AddressResolverGroup<SocketAddress> {

    private final SocketAddress address;

    FixedResolver(SocketAddress address) {
        this.address = address;
    }

    @Override
    protected AddressResolver<SocketAddress> newResolver(EventExecutor executor) {
        return new AbstractAddressResolver<>(executor, SocketAddress.class) {

            @Override
            protected boolean doIsResolved(SocketAddress host) {
                return host.equals(address);
            }

            @Override
            protected void doResolve(SocketAddress host, Promise<SocketAddress> promise) {
                promise.setSuccess(address);
            }

            @Override
            protected void doResolveAll(SocketAddress host, Promise<List<SocketAddress>> promise) {
                promise.setSuccess(List.of(address));
            }
        };
    }
}
