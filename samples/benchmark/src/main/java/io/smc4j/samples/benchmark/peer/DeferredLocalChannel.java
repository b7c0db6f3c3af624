package io.smc4j.samples.benchmark.peer;

import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;

/**
 * Reads when the event loop comes to it, as channels with a descriptor do. A {@link LocalChannel} reads at once if
 * there is something, within the call that switches reading on: Reactor Netty's client, which does that amid an answer,
 * is left with reading off.
 */
final class DeferredLocalChannel extends LocalChannel {

    /** Its accepted channels are deferred, too. */
    static final class Server extends LocalServerChannel {

        @Override
        protected LocalChannel newLocalChannel(LocalChannel peer) {
            return new DeferredLocalChannel(this, peer);
        }
    }

    DeferredLocalChannel() {
    }

    private DeferredLocalChannel(LocalServerChannel parent, LocalChannel peer) {
        super(parent, peer);
    }

    @Override
    protected void doBeginRead() {
        eventLoop().execute(this::read0);
    }

    private void read0() {
        if (!isOpen()) {
            return;
        }
        try {
            super.doBeginRead();
        } catch (Exception e) {
            pipeline().fireExceptionCaught(e);
        }
    }
}
