package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Both ends of a TCP connection over the loopback interface. */
record TcpPair(int client, int server) implements AutoCloseable {

    static TcpPair open() throws OsException {
        return open(Sockets.ipv6Available(), InetAddress.getLoopbackAddress());
    }

    static TcpPair open(boolean ipv6, InetAddress host) throws OsException {
        int listener = listen(ipv6, host);
        try {
            int client = Sockets.openStream(ipv6);
            int port = Sockets.localAddress(listener).getPort();
            if (!Sockets.connect(client, ipv6, new InetSocketAddress(host, port))) {
                assertThat(Sockets.poll(client, Sockets.POLLOUT, -1)).isEqualTo(Sockets.POLLOUT);
                assertThat(Sockets.connectResult(client)).isZero();
            }
            Sockets.poll(listener, Sockets.POLLIN, -1);
            return new TcpPair(client, Sockets.accept(listener));
        } finally {
            Sockets.close(listener);
        }
    }

    static int listen(boolean ipv6, InetAddress host) throws OsException {
        int listener = Sockets.openStream(ipv6);
        Sockets.bind(listener, ipv6, new InetSocketAddress(host, 0));
        Sockets.listen(listener, 8);
        return listener;
    }

    @Override
    public void close() throws OsException {
        Sockets.close(client);
        Sockets.close(server);
    }
}
