package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A load on blocking channels, one for each thread, that stay open. */
final class BlockingLoad extends ThreadedLoad {

    /** What is done once, on a channel or beside it, with a buffer of the message's size. */
    interface Talk {
        void once(SocketChannel channel, ByteBuffer message) throws IOException;
    }

    private final SocketTransport transport;
    private final String address;
    private final Talk talk;

    BlockingLoad(SocketTransport transport, String address, Talk talk) {
        this.transport = transport;
        this.address = address;
        this.talk = talk;
    }

    /**
     * A connection for each message, opened and closed. The channel at hand stays open, as in an application that talks
     * to this peer anyway.
     */
    static BlockingLoad connecting(SocketTransport transport, String address) {
        return new BlockingLoad(transport, address, (kept, message) -> {
            try (SocketChannel channel = transport.connect(address)) {
                Messages.sendAndReceive(channel, message);
            }
        });
    }

    /**
     * An engine for each message, which has not met the server's: opened, connected, and closed. Its first connection
     * may be TCP, where the server's engine is too slow to be waited for.
     */
    static BlockingLoad meeting(SocketTransport transport, PeerOptions options) {
        return new BlockingLoad(transport, options.address(), (kept, message) -> {
            try (SmcSelectorProvider stranger = SmcSelectorProvider.open(options.smc());
                    SocketChannel channel = transport.with(stranger).connect(options.address())) {
                Messages.sendAndReceive(channel, message);
            }
        });
    }

    @Override
    protected Exchange connect() throws IOException {
        SocketChannel channel = transport.connect(address);
        return new Exchange() {
            private ByteBuffer message = ByteBuffer.allocateDirect(0);

            @Override
            public void once(int body) throws IOException {
                if (message.capacity() != body) {
                    message = ByteBuffer.allocateDirect(body);
                }
                talk.once(channel, message);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
