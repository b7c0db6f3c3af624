package io.smc4j.engine.agent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Connects to itself by channels and a selector, and says what they are. Knows nothing of the engine. */
final class ChannelProgram {

    private ChannelProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(any);
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept();
                Selector selector = Selector.open();
                DatagramChannel datagrams = DatagramChannel.open().bind(any)) {
            client.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer received = ByteBuffer.allocate(5);
            while (received.hasRemaining()) {
                server.read(received);
            }
            System.out.println("received " + new String(received.array(), StandardCharsets.US_ASCII));
            System.out.println("client " + client);
            System.out.println("server " + server);
            Pipe pipe = Pipe.open();
            System.out.println("pipe " + pipe.source().getClass().getName());
            System.out.println("datagram " + datagrams.getClass().getName());
            datagrams.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            datagrams.send(ByteBuffer.wrap(new byte[1]), datagrams.getLocalAddress());
            System.out.println("selected " + selector.select(10_000));
            pipe.source().close();
            pipe.sink().close();
        }
        if (arguments.length > 0) {
            System.in.read();
        }
    }
}
