package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * SMC on one engine after the other, for a process that is frozen and restored: an engine's descriptors and mappings do
 * not outlive a checkpoint. In between, and if no engine opens afterwards, it is TCP.
 */
final class RestorableSmcRuntime implements SmcRuntime, AutoCloseable {

    private static final Log logger = LogFactory.getLog(RestorableSmcRuntime.class);

    private final SmcConfig config;
    private final SelectorProvider provider = new CurrentProvider();
    private volatile SmcRuntime current;
    private boolean closed;

    private RestorableSmcRuntime(SmcConfig config) {
        this.config = config;
        this.current = EngineSmcRuntime.open(config);
    }

    /** Opens the first engine, see {@link EngineSmcRuntime#open}. */
    static RestorableSmcRuntime open(SmcConfig config) {
        return new RestorableSmcRuntime(config);
    }

    /** Closes the engine. */
    synchronized void suspend() {
        SmcRuntime before = current;
        current = new TcpSmcRuntime(true, "checkpoint of the process", config);
        close(before);
    }

    /** Opens an engine, with the settings that the first one had. */
    synchronized void resume() {
        if (closed) {
            return;
        }
        try {
            current = EngineSmcRuntime.open(config);
        } catch (InvalidSettingException e) {
            logger.warn("The SMC engine does not open after the checkpoint", e);
            current = new TcpSmcRuntime(true, e.getMessage(), config);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        close(current);
    }

    private static void close(SmcRuntime runtime) {
        if (runtime instanceof EngineSmcRuntime engine) {
            engine.close();
        }
    }

    @Override
    public boolean isEnabled() {
        return current.isEnabled();
    }

    @Override
    public String unavailabilityCause() {
        return current.unavailabilityCause();
    }

    /** The same before and after a checkpoint. */
    @Override
    public SelectorProvider selectorProvider() {
        return provider;
    }

    @Override
    public Socket openSocket() throws IOException {
        return current.openSocket();
    }

    @Override
    public boolean mayConnectTo(InetSocketAddress listener) {
        return current.mayConnectTo(listener);
    }

    @Override
    public HttpDiscovery httpDiscovery() {
        return current.httpDiscovery();
    }

    @Override
    public PeerCheck check(String host, int port, Duration timeout) {
        return current.check(host, port, timeout);
    }

    @Override
    public SmcConfig config() {
        return current.config();
    }

    @Override
    public PolicyTable policyTable() {
        return current.policyTable();
    }

    @Override
    public Map<FallbackReason, Long> fallbacks() {
        return current.fallbacks();
    }

    @Override
    public void resetStatistics() {
        current.resetStatistics();
    }

    @Override
    public SmcSnapshot snapshot() {
        return current.snapshot();
    }

    private final class CurrentProvider extends SelectorProvider {

        private SelectorProvider target() {
            return current.selectorProvider();
        }

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return target().openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
            return target().openDatagramChannel(family);
        }

        @Override
        public Pipe openPipe() throws IOException {
            return target().openPipe();
        }

        @Override
        public AbstractSelector openSelector() throws IOException {
            return target().openSelector();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            return target().openServerSocketChannel();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
            return target().openServerSocketChannel(family);
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return target().openSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
            return target().openSocketChannel(family);
        }

        @Override
        public Channel inheritedChannel() throws IOException {
            return target().inheritedChannel();
        }
    }
}
