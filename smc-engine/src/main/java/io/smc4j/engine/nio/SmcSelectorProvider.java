package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Traffic;
import io.smc4j.engine.SmcStatistics;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.events.EngineEvents;
import io.smc4j.engine.jmx.EngineMBeans;
import io.smc4j.engine.nio.select.JdkProvider;
import io.smc4j.engine.nio.select.SmcSelector;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import io.smc4j.engine.os.Sockets;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An SMC engine, seen as what makes channels: TCP sockets whose payload travels by SMC wherever both sides can.
 * Channels of other kinds are the JDK's; its selectors take both.
 *
 * <p>Several can be open in one process. Thread-safe.
 */
public final class SmcSelectorProvider extends SmcProvider {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.nio");

    /** How often to look whether the process has an MBean server by now, which costs a microsecond. */
    private static final long MBEAN_SERVER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SmcEngine engine;
    private final FdWaiter readWaiter;
    private final FdWaiter writeWaiter;
    /** What stands behind the open channels, which only their applications hold. */
    private final Map<ChannelTransport, WeakReference<SmcSocketChannel>> open = new ConcurrentHashMap<>();
    private final Cleaner cleaner = Cleaner.create();
    private final AtomicLong connectionIds = new AtomicLong();
    private final Instant startedAt = Instant.now();
    /** Of closed connections. This and the two below are guarded by the map of open ones. */
    private final Tally ended = new Tally();
    private SmcStatistics atReset = SmcStatistics.NONE;
    private Instant resetAt = startedAt;
    private final Monitor monitor;
    private final PolicyMoves policyMoves;
    private final EngineMBeans mBeans;

    /** Takes the engine over, also when it fails. */
    SmcSelectorProvider(SmcEngine engine) throws IOException {
        this.engine = engine;
        this.monitor = new Monitor(engine.loop(), open, engine.config().monitor(), System::nanoTime);
        this.policyMoves = new PolicyMoves(policyTable(), engine.loop(), open);
        monitor.onSlowReader(EngineEvents.get()::slowReader);
        FdWaiter read = null;
        try {
            read = new FdWaiter(engine.loop(), Sockets.POLLIN);
            this.writeWaiter = new FdWaiter(engine.loop(), Sockets.POLLOUT);
        } catch (OsException e) {
            engine.close();
            if (read != null) {
                read.close();
            }
            throw e;
        }
        this.readWaiter = read;
        this.mBeans = EngineMBeans.of(this::snapshot, policyTable());
        engine.loop().execute(this::lookForMBeanServer);
    }

    private void lookForMBeanServer() {
        if (!mBeans.look()) {
            engine.loop().schedule(MBEAN_SERVER_NANOS, this::lookForMBeanServer);
        }
    }

    /**
     * Starts an engine.
     *
     * @throws UnsupportedOperationException if {@link Smc#isAvailable()} is false, with the cause as message
     * @throws IOException if descriptors are exhausted
     */
    public static SmcSelectorProvider open(SmcConfig config) throws IOException {
        Objects.requireNonNull(config, "config");
        if (!Smc.isAvailable()) {
            throw new UnsupportedOperationException(Smc.unavailabilityCause());
        }
        return new SmcSelectorProvider(new SmcEngine(config));
    }

    @Override
    public SmcConfig config() {
        return engine.config();
    }

    @Override
    public PolicyTable policyTable() {
        return engine.negotiations().policy();
    }

    @Override
    public Map<FallbackReason, Long> fallbacks() {
        return engine.statistics().fallbacks();
    }

    @Override
    public SmcSnapshot snapshot() {
        lookAtKernel();
        // Reads files, which those who close connections are not to wait for.
        SmcResources resources = engine.resources();
        // A connection is either open or counted among the ended ones.
        synchronized (open) {
            return takeSnapshot(resources);
        }
    }

    /** Has the channels on AF_SMC sockets know what the kernel has made of them. */
    void lookAtKernel() {
        Map<Long, KernelSocket> sockets = engine.negotiations().kernelSmc().sockets();
        if (!sockets.isEmpty()) {
            open.keySet().forEach(transport -> transport.learn(sockets));
        }
    }

    private SmcSnapshot takeSnapshot(SmcResources resources) {
        Map<FallbackReason, Long> fallbacks = engine.statistics().fallbacks();
        List<SmcSnapshot.Connection> connections = connections();
        Map<SmcMode, Traffic> bytes = bytes();
        SmcStatistics statistics = statistics(connections, bytes);
        return new SmcSnapshot(engine.gid().toString(), connections, engine.linkGroupSnapshots(),
                engine.statistics().handshakes(fallbacks), fallbacks, bytes, resources,
                engine.sharedMemorySnapshot(), engine.rdmaSnapshot(),
                engine.discovery().learnedListeners().known(), new SmcStatistics.Report(startedAt, resetAt, statistics,
                        statistics.since(atReset)), monitor.snapshot());
    }

    private List<SmcSnapshot.Connection> connections() {
        return open.keySet().stream().map(ChannelTransport::snapshot).filter(Objects::nonNull).toList();
    }

    /** Of ended and open connections. */
    private Map<SmcMode, Traffic> bytes() {
        Map<SmcMode, Traffic> bytes = new EnumMap<>(SmcMode.class);
        for (SmcMode mode : SmcMode.values()) {
            bytes.put(mode, engine.statistics().traffic(mode));
        }
        TrafficSum sum = (mode, sent, received) -> bytes.compute(mode,
                (key, before) -> new Traffic(before.sent() + sent, before.received() + received));
        open.keySet().forEach(transport -> transport.countTraffic(sum));
        return bytes;
    }

    private SmcStatistics statistics(List<SmcSnapshot.Connection> connections, Map<SmcMode, Traffic> bytes) {
        Tally all = ended.copy();
        open.keySet().forEach(transport -> transport.addTo(all));
        for (SmcSnapshot.Connection connection : connections) {
            if (connection.receiveBufferSize() > 0) {
                all.addRing(connection.receiveBufferSize());
            }
        }
        return all.statistics(engine, engine.statistics().connections(), bytes);
    }

    @Override
    public void resetStatistics() {
        lookAtKernel();
        synchronized (open) {
            List<SmcSnapshot.Connection> connections = connections();
            atReset = statistics(connections, bytes());
            resetAt = Instant.now();
        }
    }

    @Override
    public boolean mayConnectTo(InetSocketAddress listener) {
        return !listener.isUnresolved() && engine.negotiations().mayLeadTo(listener);
    }

    @Override
    public PeerCheck check(String host, int port, Duration timeout) {
        return new PeerProbe(this, host, port, timeout).run();
    }

    @Override
    public HttpDiscovery httpDiscovery() {
        return engine.negotiations().plainConnections();
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return new SmcSocketChannel(this, Sockets.ipv6Available(), false);
    }

    @Override
    public Socket openSocket() throws IOException {
        return new SmcSocketChannel(this, Sockets.ipv6Available(), true).socket();
    }

    @Override
    public ServerSocket openServerSocket() throws IOException {
        return new SmcServerSocketChannel(this, Sockets.ipv6Available(), true).socket();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return new SmcServerSocketChannel(this, Sockets.ipv6Available(), false);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return new SmcSelector(this, engine.spinPolicy());
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return isInternet(family) ? new SmcSocketChannel(this, isIpv6(family), false)
                : JdkProvider.get().openSocketChannel(family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return isInternet(family) ? new SmcServerSocketChannel(this, isIpv6(family), false)
                : JdkProvider.get().openServerSocketChannel(family);
    }

    private static boolean isInternet(ProtocolFamily family) {
        Objects.requireNonNull(family, "family");
        return family == StandardProtocolFamily.INET || family == StandardProtocolFamily.INET6;
    }

    private static boolean isIpv6(ProtocolFamily family) {
        boolean ipv6 = family == StandardProtocolFamily.INET6;
        if (ipv6 && !Sockets.ipv6Available()) {
            throw new UnsupportedOperationException("IPv6 not available");
        }
        return ipv6;
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return JdkProvider.get().openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return JdkProvider.get().openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return JdkProvider.get().openPipe();
    }

    @Override
    public Channel inheritedChannel() throws IOException {
        return JdkProvider.get().inheritedChannel();
    }

    @Override
    public void close() {
        mBeans.close();
        engine.close();
        open.values().forEach(channel -> closeIfOnSmc(channel.get()));
        readWaiter.close();
        writeWaiter.close();
    }

    /** A pool may hold it that nobody closes. */
    private static void closeIfOnSmc(SmcSocketChannel channel) {
        if (channel != null && channel.isOnSmc()) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "channel of an ended engine not closed", e);
            }
        }
    }

    PolicyMoves policyMoves() {
        return policyMoves;
    }

    Monitor monitor() {
        return monitor;
    }

    SmcEngine engine() {
        return engine;
    }

    FdWaiter readWaiter() {
        return readWaiter;
    }

    FdWaiter writeWaiter() {
        return writeWaiter;
    }

    long nextConnectionId() {
        return connectionIds.incrementAndGet();
    }

    /** What closes the connection of a channel that becomes unreachable. */
    Cleaner.Cleanable opened(SmcSocketChannel channel, ChannelTransport transport) {
        open.put(transport, new WeakReference<>(channel));
        monitor.opened(transport);
        return cleaner.register(channel, transport::abandon);
    }

    /** Has something done when a channel has become unreachable, unless it is done before. */
    Cleaner.Cleanable whenUnreachable(Channel channel, Runnable action) {
        return cleaner.register(channel, action);
    }

    /**
     * A connection has gone over from SMC to TCP: what it was counts from now on as an ended one does.
     *
     * @return {@code false} if it has been closed
     */
    boolean moved(ChannelTransport channel, LeavingTransport former, EstablishedTransport smc, TcpTransport tcp) {
        synchronized (open) {
            tcp.follow(smc);
            if (!channel.replace(former, tcp)) {
                return false;
            }
            smc.countTraffic(engine.statistics()::traffic);
            smc.addTo(ended);
            monitor.lookAgain(smc.sample());
            smc.endIn(monitor);
            return true;
        }
    }

    /** Adds a connection to the ended ones. */
    void closed(ChannelTransport transport) {
        synchronized (open) {
            open.remove(transport);
            transport.transport().countTraffic(engine.statistics()::traffic);
            transport.addTo(ended);
            transport.endIn(monitor);
        }
    }
}
