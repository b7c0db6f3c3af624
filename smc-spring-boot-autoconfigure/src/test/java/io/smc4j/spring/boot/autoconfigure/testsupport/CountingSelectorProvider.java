package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Makes foreign channels over the JDK's. */
public final class CountingSelectorProvider extends SelectorProvider {

    private final SelectorProvider jdk = SelectorProvider.provider();
    private final Traffic traffic = new Traffic();

    public Traffic traffic() {
        return traffic;
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return new ForeignSelector(this, jdk.openSelector());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return new ForeignServerSocketChannel(this, jdk.openServerSocketChannel(), traffic);
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return new ForeignSocketChannel(this, jdk.openSocketChannel(), traffic);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return jdk.openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return jdk.openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return jdk.openPipe();
    }
}
