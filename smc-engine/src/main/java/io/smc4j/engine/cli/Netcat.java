package io.smc4j.engine.cli;

import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Makes one connection of the engine and moves standard input and output over it. */
final class Netcat {

    private final SmcSelectorProvider provider;
    private final Command.Transfer transfer;
    private final EventLog log;

    private Netcat(SmcSelectorProvider provider, Command.Transfer transfer, boolean json) {
        this.provider = provider;
        this.transfer = transfer;
        this.log = new EventLog(System.err, json);
    }

    /** Waits for one peer; the exit code. */
    static int listen(Command.Listen command) throws IOException {
        try (SmcSelectorProvider provider = SmcSelectorProvider.open(command.transfer().config())) {
            return new Netcat(provider, command.transfer(), command.json()).listen(command.address());
        }
    }

    /** Opens one connection; the exit code. */
    static int connect(Command.Connect command) throws IOException {
        try (SmcSelectorProvider provider = SmcSelectorProvider.open(command.transfer().config())) {
            return new Netcat(provider, command.transfer(), command.json()).connect(command.address());
        }
    }

    private int listen(InetSocketAddress address) throws IOException {
        requireResolved(address);
        try (ServerSocketChannel listener = provider.openServerSocketChannel()) {
            bind(listener, address, 1);
            log.listening((InetSocketAddress) listener.getLocalAddress());
            try (SocketChannel channel = accept(listener)) {
                // Until the mode stands the peer may still need the listener's marker to find this process.
                return move(channel, () -> close(listener));
            }
        }
    }

    static void bind(ServerSocketChannel listener, InetSocketAddress address, int backlog) throws IOException {
        try {
            listener.bind(address, backlog);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + Addresses.format(address) + ": " + reason(e), e);
        }
    }

    private SocketChannel accept(ServerSocketChannel listener) throws IOException {
        try {
            return Deadline.within(transfer.timeout(), listener, listener::accept);
        } catch (IOException e) {
            throw new IOException("no connection: " + reason(e), e);
        }
    }

    private int connect(InetSocketAddress address) throws IOException {
        requireResolved(address);
        try (SocketChannel channel = provider.openSocketChannel()) {
            try {
                Deadline.within(transfer.timeout(), channel, () -> channel.connect(address));
            } catch (IOException e) {
                throw new IOException("cannot connect to " + Addresses.format(address) + ": " + reason(e), e);
            }
            return move(channel, () -> { });
        }
    }

    private int move(SocketChannel channel, Runnable decided) throws IOException {
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
        Relay relay = new Relay(channel, transfer.linger());
        ModeWatch watch = new ModeWatch(provider, local, peer, connection -> {
            decided.run();
            log.connected(connection);
        });
        try (FileOutputStream output = new FileOutputStream(FileDescriptor.out)) {
            watch.start();
            // A server that speaks first has a TCP connection: what is sent has to wait for the negotiation.
            relay.run(System.in, output, () -> watch.await(transfer.config().handshakeTimeout()));
        } catch (IOException e) {
            throw new IOException("connection with " + Addresses.format(peer) + " failed: " + reason(e), e);
        } finally {
            SmcSnapshot.Connection last = watch.finish();
            log.closed(local, peer, last, relay.sent(), relay.received());
        }
        return Main.OK;
    }

    private static void close(ServerSocketChannel listener) {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void requireResolved(InetSocketAddress address) throws UnknownHostException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + address.getHostString());
        }
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
