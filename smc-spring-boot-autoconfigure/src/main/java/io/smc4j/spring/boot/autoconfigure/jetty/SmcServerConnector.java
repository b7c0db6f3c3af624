package io.smc4j.spring.boot.autoconfigure.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.security.KeyStore;
import java.util.EventListener;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;

/** A connector whose channels and selectors are a provider's. */
final class SmcServerConnector extends ServerConnector {

    private final SelectorProvider provider;

    private SmcServerConnector(ServerConnector settings, SelectorProvider provider) {
        // What is the server's is not the connector's to start and stop.
        super(settings.getServer(), own(settings.getExecutor(), settings.getServer().getThreadPool()),
                own(settings.getScheduler(), settings.getServer().getScheduler()),
                own(settings.getByteBufferPool(), settings.getServer().getByteBufferPool()), settings.getAcceptors(),
                settings.getSelectorManager().getSelectorCount(),
                settings.getConnectionFactories().toArray(ConnectionFactory[]::new));
        this.provider = provider;
    }

    private static <T> T own(T used, T servers) {
        return (used == servers) ? null : used;
    }

    /** Makes one that is set up as another, which has not been started. */
    static SmcServerConnector like(ServerConnector other, SelectorProvider provider) {
        SmcServerConnector connector = new SmcServerConnector(other, provider);
        connector.setDefaultProtocol(other.getDefaultProtocol());
        connector.setName(other.getName());
        connector.setHost(other.getHost());
        connector.setPort(other.getPort());
        connector.setIdleTimeout(other.getIdleTimeout());
        connector.setShutdownIdleTimeout(other.getShutdownIdleTimeout());
        connector.setAcceptorPriorityDelta(other.getAcceptorPriorityDelta());
        connector.setAcceptQueueSize(other.getAcceptQueueSize());
        connector.setInheritChannel(other.isInheritChannel());
        connector.setReuseAddress(other.getReuseAddress());
        connector.setReusePort(other.isReusePort());
        connector.setAcceptedTcpNoDelay(other.getAcceptedTcpNoDelay());
        connector.setAcceptedReceiveBufferSize(other.getAcceptedReceiveBufferSize());
        connector.setAcceptedSendBufferSize(other.getAcceptedSendBufferSize());
        other.getBeans(EventListener.class).stream().filter(bean -> !connector.contains(bean))
                .filter(bean -> !(bean instanceof SelectorManager)).forEach(connector::addBean);
        return connector;
    }

    /** Called by the super constructor: the provider is there when the selectors are opened. */
    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new ServerConnectorManager(executor, scheduler, selectors) {
            @Override
            protected Selector newSelector() throws IOException {
                return provider.openSelector();
            }
        };
    }

    @Override
    protected ServerSocketChannel openAcceptChannel() throws IOException {
        if (isInheritChannel()) {
            return super.openAcceptChannel();
        }
        InetSocketAddress address = (getHost() != null) ? new InetSocketAddress(getHost(), getPort())
                : new InetSocketAddress(getPort());
        ServerSocketChannel channel = provider.openServerSocketChannel();
        try {
            setOption(channel, StandardSocketOptions.SO_REUSEADDR, getReuseAddress());
            setOption(channel, StandardSocketOptions.SO_REUSEPORT, isReusePort());
            return channel.bind(address, getAcceptQueueSize());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("Failed to bind to " + address, e);
        }
    }

    private static <T> void setOption(ServerSocketChannel channel, SocketOption<T> option, T value)
            throws IOException {
        if (channel.supportedOptions().contains(option)) {
            channel.setOption(option, value);
        }
    }

    /** Spring Boot's own connector checks this as well: without the key there is no handshake, and nobody says why. */
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        SslConnectionFactory ssl = getConnectionFactory(SslConnectionFactory.class);
        if (ssl != null) {
            requireKey(ssl.getSslContextFactory());
        }
    }

    private static void requireKey(SslContextFactory factory) throws Exception {
        String alias = factory.getCertAlias();
        KeyStore keys = factory.getKeyStore();
        if (alias != null && keys != null && !keys.containsAlias(alias)) {
            throw new IllegalStateException("Keystore does not contain alias '" + alias + "'");
        }
    }
}
