package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;

/**
 * Gives each call under way a socket factory. The JDK keeps five idle connections for one host, port and socket
 * factory, and closes any other as soon as its answer is read. Over TCP that costs little; but SMC pays off on
 * connections that last. So every five calls at a time have another factory, and all connections are kept. Calls one
 * after another share the first.
 *
 * <p>Thread-safe.
 */
final class CallSlots {

    /** The JDK's property; an application that sets it means it. */
    private static final String MAX_CONNECTIONS = "http.maxConnections";
    private static final int CALLS_PER_FACTORY = 5;

    private final ChannelSockets sockets;
    private final Cleaner cleaner = Cleaner.create();
    private final BitSet taken = new BitSet();
    private final List<SSLSocketFactory> factories = new ArrayList<>();

    CallSlots(ChannelSockets sockets) {
        this.sockets = sockets;
    }

    /**
     * Begins a call.
     *
     * @param call whose end, should it never be told of, is when it is garbage
     */
    synchronized Slot take(Object call) {
        int number = Integer.getInteger(MAX_CONNECTIONS) != null ? 0 : taken.nextClearBit(0);
        taken.set(number);
        if (number / CALLS_PER_FACTORY == factories.size()) {
            factories.add(new UnencryptedSocketFactory(sockets));
        }
        Slot slot = new Slot(number, factories.get(number / CALLS_PER_FACTORY));
        slot.cleanable = cleaner.register(call, slot::free);
        return slot;
    }

    private synchronized void free(int number) {
        taken.clear(number);
    }

    /** What one call has, until it is over. */
    final class Slot {

        private final int number;
        private final SSLSocketFactory factory;
        private final AtomicBoolean free = new AtomicBoolean();
        private Cleaner.Cleanable cleanable;

        private Slot(int number, SSLSocketFactory factory) {
            this.number = number;
            this.factory = factory;
        }

        SSLSocketFactory factory() {
            return factory;
        }

        /** The call is over. Any time but the first is ignored. */
        void release() {
            cleanable.clean();
        }

        private void free() {
            if (free.compareAndSet(false, true)) {
                CallSlots.this.free(number);
            }
        }
    }
}
