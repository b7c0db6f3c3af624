package io.smc4j.spring.boot.autoconfigure.tomcat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.ExceptionUtils;
import org.apache.tomcat.util.collections.SynchronizedStack;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * An NIO endpoint whose listener, connections and selector come from a given provider. Inherited and Unix domain
 * listeners stay the JDK's; so the provider's selector must take JDK channels, too.
 *
 * <p>Public because JMX calls the methods of the endpoint's class reflectively.
 */
public class SmcNioEndpoint extends NioEndpoint {

    private SelectorProvider provider = SelectorProvider.provider();
    private volatile ServerSocketChannel listener;
    private volatile SmcPoller poller;
    private SynchronizedStack<NioChannel> channelCache;

    void setSelectorProvider(SelectorProvider provider) {
        this.provider = provider;
    }

    Selector openSelector() throws IOException {
        return provider.openSelector();
    }

    @Override
    protected void initServerSocket() throws Exception {
        if (getUseInheritedChannel() || getUnixDomainSocketPath() != null) {
            super.initServerSocket();
            return;
        }
        ServerSocketChannel channel = provider.openServerSocketChannel();
        try {
            socketProperties.setProperties(channel.socket());
            channel.bind(new InetSocketAddress(getAddress(), getPortWithOffset()), getAcceptCount());
            channel.configureBlocking(true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        listener = channel;
    }

    @Override
    protected NetworkChannel getServerSocket() {
        return listener != null ? listener : super.getServerSocket();
    }

    /** Leaves out Tomcat's guard against a kernel that accepts one connection twice: it needs an address per accept. */
    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
        ServerSocketChannel channel = listener;
        return channel != null ? channel.accept() : super.serverSocketAccept();
    }

    @Override
    protected void doCloseServerSocket() throws IOException {
        ServerSocketChannel channel = listener;
        listener = null;
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            super.doCloseServerSocket();
        }
    }

    @Override
    public void startInternal() throws Exception {
        if (running) {
            return;
        }
        running = true;
        paused = false;
        processorCache = cache(socketProperties.getProcessorCache());
        channelCache = cache(socketProperties.getActualBufferPool(isSSLEnabled() ? getSniParseLimit() * 2 : 0));
        if (getExecutor() == null) {
            createExecutor();
        }
        initializeConnectionLatch();
        poller = new SmcPoller(this);
        Thread thread = new Thread(poller, getName() + "-Poller");
        thread.setPriority(threadPriority);
        thread.setDaemon(true);
        thread.start();
        startAcceptorThread();
    }

    private static <T> SynchronizedStack<T> cache(int limit) {
        return limit == 0 ? null : new SynchronizedStack<>(SynchronizedStack.DEFAULT_SIZE, limit);
    }

    @Override
    public void stopInternal() {
        if (!paused) {
            pause();
        }
        if (!running) {
            return;
        }
        running = false;
        acceptor.stopMillis(100 + 2 * socketProperties.getUnlockTimeout());
        SmcPoller stopping = poller;
        poller = null;
        if (stopping != null) {
            stopping.destroy();
        }
        awaitPoller();
        shutdownExecutor();
        if (channelCache != null) {
            for (NioChannel channel = channelCache.pop(); channel != null; channel = channelCache.pop()) {
                channel.free();
            }
            channelCache = null;
        }
        processorCache = null;
    }

    private void awaitPoller() {
        try {
            if (!getStopLatch().await(getSelectorTimeout() + 100, TimeUnit.MILLISECONDS)) {
                getLog().warn(sm.getString("endpoint.nio.stopLatchAwaitFail"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            getLog().warn(sm.getString("endpoint.nio.stopLatchAwaitInterrupted"), e);
        }
    }

    void pollerStopped() {
        getStopLatch().countDown();
    }

    @Override
    public int getKeepAliveCount() {
        SmcPoller current = poller;
        return current == null ? 0 : current.getKeyCount();
    }

    @Override
    protected Poller getPoller() {
        return poller;
    }

    @Override
    protected SynchronizedStack<NioChannel> getNioChannels() {
        return channelCache;
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        SmcSocketWrapper wrapper = null;
        try {
            NioChannel channel = channelCache == null ? null : channelCache.pop();
            if (channel == null) {
                channel = newChannel();
            }
            SmcSocketWrapper newWrapper = new SmcSocketWrapper(channel, this);
            channel.reset(socket, newWrapper);
            connections.put(socket, newWrapper);
            wrapper = newWrapper;
            socket.configureBlocking(false);
            if (getUnixDomainSocketPath() == null) {
                socketProperties.setProperties(socket.socket());
            }
            wrapper.setReadTimeout(getConnectionTimeout());
            wrapper.setWriteTimeout(getConnectionTimeout());
            wrapper.setKeepAliveLeft(getMaxKeepAliveRequests());
            poller.register(wrapper);
            return true;
        } catch (Throwable t) {
            ExceptionUtils.handleThrowable(t);
            getLog().error(sm.getString("endpoint.socketOptionsError"), t);
            if (wrapper == null) {
                destroySocket(socket);
            }
            return false;
        }
    }

    private NioChannel newChannel() {
        SocketBufferHandler buffers = new SocketBufferHandler(socketProperties.getAppReadBufSize(),
                socketProperties.getAppWriteBufSize(), socketProperties.getDirectBuffer());
        return isSSLEnabled() ? new SecureNioChannel(buffers, this) : new NioChannel(buffers);
    }

    @Override
    protected SocketProcessorBase<NioChannel> createSocketProcessor(SocketWrapperBase<NioChannel> wrapper,
            SocketEvent event) {
        return new SmcSocketProcessor(this, wrapper, event);
    }

    boolean isPolling() {
        return poller != null;
    }

    void recycle(SmcSocketProcessor processor) {
        SynchronizedStack<SocketProcessorBase<NioChannel>> cache = processorCache;
        if (running && cache != null) {
            cache.push(processor);
        }
    }
}
