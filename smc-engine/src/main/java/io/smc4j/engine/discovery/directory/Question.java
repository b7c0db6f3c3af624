package io.smc4j.engine.discovery.directory;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * "Has a listener of yours this TCP connection of mine?" A packet, big endian; IPv4 addresses are mapped ones of IPv6.
 *
 * <pre>
 * type 4, version 4, number 4, begin 8, client's address 16, called address 16, client's port 2, called port 2
 * </pre>
 *
 * @param version what the asker speaks
 * @param number for the answer
 * @param begun when the connect began, by {@link System#currentTimeMillis()}, the one clock that all containers share
 * @param client the client's end
 * @param called the address that the client called, which may be translated on the way
 */
record Question(int version, int number, long begun, InetSocketAddress client, InetSocketAddress called) {

    /** "SMQU", so that it is no control message. */
    static final int TYPE = 0x534D5155;
    static final int VERSION = 1;
    static final int LENGTH = 56;
    /** The number of a question that only shows whether anybody answers. */
    static final int GREETING = 0;

    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    static Question greeting() {
        return new Question(VERSION, GREETING, 0, NOBODY, NOBODY);
    }

    ByteBuffer encode() {
        ByteBuffer packet = ByteBuffer.allocateDirect(LENGTH).putInt(TYPE).putInt(version).putInt(number)
                .putLong(begun);
        put(packet, client.getAddress());
        put(packet, called.getAddress());
        return packet.putShort((short) client.getPort()).putShort((short) called.getPort()).flip();
    }

    /** Returns {@code null} if it is none. */
    static Question decode(ByteBuffer packet) {
        if (packet.remaining() != LENGTH || packet.getInt() != TYPE) {
            return null;
        }
        int version = packet.getInt();
        int number = packet.getInt();
        long begun = packet.getLong();
        InetAddress client = address(packet);
        InetAddress called = address(packet);
        return new Question(version, number, begun,
                new InetSocketAddress(client, Short.toUnsignedInt(packet.getShort())),
                new InetSocketAddress(called, Short.toUnsignedInt(packet.getShort())));
    }

    static void put(ByteBuffer packet, InetAddress address) {
        if (address instanceof Inet4Address) {
            packet.putLong(0).putShort((short) 0).putShort((short) 0xFFFF);
        }
        packet.put(address.getAddress());
    }

    static InetAddress address(ByteBuffer packet) {
        byte[] bytes = new byte[16];
        packet.get(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }
}
