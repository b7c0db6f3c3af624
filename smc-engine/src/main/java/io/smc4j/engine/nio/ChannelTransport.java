package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMonitor.SlowReader;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.nio.select.ChannelKeys;
import io.smc4j.engine.nio.socket.NamedOption;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A channel's connection: holds the {@link Transport} that carries its bytes, and sees to the connection's begin and
 * end. The channel sees to who may call what when.
 *
 * <p>Neither this nor anything it leads to refers to the channel, or to what does: all of it stays reachable from the
 * engine while the connection is open, and an application that loses its channel gets rid of both.
 */
final class ChannelTransport {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");

    /** When to look again for room for what was written early: it is rare that a fresh connection has none. */
    static final long HAND_ON_NANOS = 1_000_000;

    private final SmcSelectorProvider provider;
    private final SmcEngine engine;
    private final ChannelKeys keys;
    private final ShutdownFlags shutdown;
    private final ReentrantLock readLock;
    private final ReentrantLock writeLock;
    private final TcpSocket socket;
    private final NegotiationSignal outcome = new NegotiationSignal();
    private final ConnectionEstablishment establishment;
    private final SmcSnapshot.Role role;
    final long id;
    private final BooleanSupplier inputOver;
    private final BooleanSupplier outputOver;
    /**
     * Replaced when the outcome is known, and by the close. The monitor keeps it from being closed while it is looked
     * at.
     */
    private volatile Transport transport;
    /** When the connection began; {@code null} while there is none. */
    private volatile Instant since;
    private final AdaptiveAccount account;
    private volatile boolean closed;
    /** Guarded by the monitor's lock. */
    private boolean ended;

    /** @param accepted whether the socket is connected, and this the server's side */
    ChannelTransport(SmcSelectorProvider provider, ChannelKeys keys, ShutdownFlags shutdown, ReentrantLock readLock,
            ReentrantLock writeLock, TcpSocket socket, boolean accepted) {
        this.provider = provider;
        this.engine = provider.engine();
        this.keys = keys;
        this.shutdown = shutdown;
        this.readLock = readLock;
        this.writeLock = writeLock;
        this.socket = socket;
        NegotiatingTransport negotiating = new NegotiatingTransport(this);
        this.transport = negotiating;
        this.establishment = new ConnectionEstablishment(this, negotiating);
        this.role = accepted ? SmcSnapshot.Role.SERVER : SmcSnapshot.Role.CLIENT;
        this.account = new AdaptiveAccount(engine.negotiations().adaptiveRules(), role);
        this.id = provider.nextConnectionId();
        this.inputOver = () -> shutdown.input;
        this.outputOver = () -> shutdown.output;
        this.since = accepted ? Instant.now() : null;
    }

    // ---- what its parts share

    SmcEngine engine() {
        return engine;
    }

    ChannelKeys keys() {
        return keys;
    }

    SmcSnapshot.Role role() {
        return role;
    }

    TcpSocket socket() {
        return socket;
    }

    ReentrantLock readLock() {
        return readLock;
    }

    ReentrantLock writeLock() {
        return writeLock;
    }

    /** What carries the bytes now. */
    Transport transport() {
        return transport;
    }

    /** Whether something else carries the bytes now. */
    boolean isReplaced(Transport former) {
        return transport != former;
    }

    /** From now on the bytes go another way. Any thread, which waits for no lock. */
    void replace(Transport next) {
        account.decided();
        transport = next;
        handOnEarly(next);
        changed();
    }

    /** SMC carries the bytes from now on, unless a rule that has come meanwhile denies it. */
    void established(SmcTransport smc) {
        replace(smc);
        provider.policyMoves().look(this);
    }

    /** As {@link #replace(Transport)}, unless something else carries the bytes by now, or nothing does. */
    boolean replace(Transport former, Transport next) {
        synchronized (this) {
            if (transport != former) {
                return false;
            }
            transport = next;
        }
        changed();
        return true;
    }

    /** Has the connection go over from SMC to TCP; any thread. See {@link Transport#move}. */
    boolean move(FallbackReason why) {
        return transport.move(why);
    }

    /** Both directions have gone over. */
    boolean moved(LeavingTransport former, EstablishedTransport smc, TcpTransport tcp) {
        return provider.moved(this, former, smc, tcp);
    }

    /** Has what was written early handed on, by the thread that is just writing if there is one. */
    private void handOnEarly(Transport next) {
        if (next.isOutputOpen()) {
            return;
        }
        boolean done = false;
        if (writeLock.tryLock()) {
            try {
                // The close has taken what there was.
                done = isReplaced(next) || next.handOn();
            } finally {
                writeLock.unlock();
            }
        }
        if (!done) {
            engine.loop().schedule(HAND_ON_NANOS, () -> handOnEarly(next));
        }
    }

    /** Has everybody look again who waits. */
    void changed() {
        outcome.signal();
        keys.changed();
    }

    /** Whether nobody is to wait for input any more. */
    boolean isInputOver() {
        return shutdown.input;
    }

    /** Whether nobody is to wait for room any more. */
    boolean isOutputOver() {
        return shutdown.output || socket.isClosing();
    }

    /** Waits for something that {@link #changed()} follows, or the close; {@code false} if the time was over. */
    boolean await(BooleanSupplier condition, long timeoutNanos) {
        return outcome.await(() -> condition.getAsBoolean() || socket.isClosing(), timeoutNanos);
    }

    /** Waits for bytes; {@code false} if the time was over. */
    boolean awaitDescriptorReadable(long timeoutNanos) throws IOException {
        long millis = timeoutNanos < 0 ? -1 : (timeoutNanos + 999_999) / 1_000_000;
        return socket.await(provider.readWaiter(), millis, inputOver);
    }

    /** Waits for room. */
    void awaitDescriptorWritable() throws IOException {
        socket.await(provider.writeWaiter(), -1, outputOver);
    }

    /** Waits for the end of a TCP connect; {@code false} if the time was over. */
    boolean awaitDescriptorConnected(long timeoutMillis) throws IOException {
        return socket.await(provider.writeWaiter(), timeoutMillis, () -> false);
    }

    // ---- connecting

    /** Begins to look for a Proposal on an accepted connection. */
    void startServer(SmcServerSocketChannel listener) {
        Object receiveBuffer = listener.receiveBuffer();
        if (receiveBuffer != null) {
            socket.inherit(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        establishment.startServer(listener);
    }

    /** Checks an address, as the JDK's channels do. */
    InetSocketAddress requireUsable(SocketAddress address) {
        return Addresses.requireUsable(address, socket.isIpv6());
    }

    /** @param address {@code null} for any */
    void bind(SocketAddress address) throws IOException {
        socket.bind(address == null ? Addresses.any(socket.isIpv6()) : requireUsable(address));
    }

    /** Begins to connect. Returns whether the connection stands already. */
    boolean connect(InetSocketAddress target, boolean blocking) throws IOException {
        since = Instant.now();
        account.begun();
        return establishment.connect(target, blocking);
    }

    /** Whether {@link #connected()} may be called. */
    boolean isConnectFinished() throws IOException {
        return establishment.isConnectFinished();
    }

    /** Whether {@link #isConnectFinished()} has news that the descriptor does not tell. */
    boolean isConnectDecided() {
        return establishment.isConnectDecided();
    }

    /** Returns {@code false} if the time was over before. */
    boolean awaitConnect(long timeoutMillis) throws IOException {
        return establishment.awaitConnect(timeoutMillis);
    }

    void connected() throws IOException {
        socket.updateLocalAddress();
    }

    // ---- readiness

    int pollEvents(int interestOps) {
        return transport.pollEvents(interestOps);
    }

    int readyOps(int interestOps, boolean inputShutdown) {
        return transport.readyOps(interestOps, inputShutdown);
    }

    int fd() {
        return socket.fd();
    }

    SmcConnection smcConnection() {
        return transport.smcConnection();
    }

    boolean isOnSmc() {
        return transport.isOnSmc();
    }

    // ---- end

    /** What interrupts threads: also those that come to wait at what carries the bytes since. */
    private interface Interrupt {
        void of(Transport transport) throws IOException;
    }

    private void interrupt(Interrupt interrupt) throws IOException {
        Transport now;
        do {
            now = transport;
            interrupt.of(now);
        } while (isReplaced(now));
        outcome.signal();
    }

    void shutdownInput() throws IOException {
        interrupt(Transport::shutdownInput);
    }

    void shutdownOutput() throws IOException {
        transport.shutdownOutput();
    }

    /** Has threads that wait for room return, after the channel's output was marked as shut down; any thread. */
    void interruptWrites() throws IOException {
        interrupt(Transport::interruptWrites);
    }

    /** Has all waiting threads return; any thread. */
    void interrupt() throws IOException {
        socket.beginClose();
        establishment.cancel();
        interrupt(Transport::interruptWaits);
        socket.interruptWaits();
    }

    /** Adds up what was sent and received, if it is known how. */
    void countTraffic(TrafficSum sum) {
        Transport now = transport;
        if (!now.isModeUnknown()) {
            now.countTraffic(sum);
        }
    }

    /** Adds what is counted of its reads and writes. */
    void addTo(Tally tally) {
        transport.addTo(tally);
    }

    /** Has the monitor look. Returns whether it is to look the next time as well. */
    boolean look(Monitor monitor, long now) {
        synchronized (this) {
            return !ended && !transport.look(monitor, now);
        }
    }

    /** Adds what it has come to, as it ends. */
    void endIn(Monitor monitor) {
        ended = true;
        transport.endIn(monitor);
    }

    /** Returns {@code null} if this side reads; with the monitor's lock held. */
    SlowReader slowReader() {
        Transport now = transport;
        FlowSample sample = now.sample();
        return sample == null || sample.slowSince() == null ? null : new SlowReader(id, now.mode(),
                socket.localAddress(), socket.remoteAddress(), sample.slowSince(), sample.unread());
    }

    /** The peer's reader has taken nothing for long, while the writer waits. */
    void peerStalled() {
        account.peerStalled(remoteAddress(), transport.smcConnection());
    }

    /** Takes over what a look at the kernel's sockets has found. */
    void learn(Map<Long, KernelSocket> sockets) {
        transport.learn(sockets, engine.statistics());
    }

    /**
     * Closes a connection whose channel was never closed and cannot be reached any more. A call on the channel may
     * still be under way, as nothing of it but this may be in use.
     */
    void abandon() {
        if (closed) {
            return;
        }
        try {
            interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "waits not interrupted", e);
        }
        readLock.lock();
        writeLock.lock();
        try {
            close();
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    /** Closes what there is, with both locks held. */
    void close() {
        closed = true;
        if (transport.isModeUnknown()) {
            provider.lookAtKernel();
        }
        account.ended(remoteAddress(), transport.smcConnection());
        provider.closed(this);
        establishment.cancel();
        establishment.closed();
        ByteBuffer rest = transport.takeEarly();
        boolean left = !transport.isOnSmc() && establishment.leaveDescriptor(rest);
        synchronized (this) {
            Transport last = transport;
            transport = EndedTransport.CLOSED;
            left |= last.close(rest, socket.isResetByClose());
        }
        if (left) {
            socket.forgetDescriptor();
        } else {
            socket.close();
        }
    }

    // ---- options and figures

    void setOption(SocketOption<?> option, Object value) throws IOException {
        transport.check(option, value);
        socket.setOption(option, value);
        if (option == NamedOption.SO_OOBINLINE) {
            transport.lookAgain();
        }
    }

    Object getOption(SocketOption<?> option) throws IOException {
        Object own = transport.option(option);
        return own == null ? socket.getOption(option) : own;
    }

    InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    /** Known since the connect began. */
    InetSocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    /** Returns {@code null} while there is no connection, nor an attempt at one. */
    SmcSnapshot.Connection snapshot() {
        if (since == null) {
            return null;
        }
        SmcSnapshot.Connection.Builder shown = SmcSnapshot.Connection.builder(id, role, since)
                .addresses(localAddress(), socket.remoteAddress());
        synchronized (this) {
            transport.show(shown);
            if (transport.sample() != null) {
                shown.flow(transport.sample().flow(), transport.sample().slowSince());
            }
        }
        return shown.build();
    }

    String describe() {
        return transport + " local=" + socket.localAddress() + " remote=" + socket.remoteAddress();
    }
}
