package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;

/**
 * Socket addresses in {@link NativeScratch#SOCKET_ADDRESS}: {@code sockaddr_in}, {@code sockaddr_in6} and
 * {@code sockaddr_un}.
 */
final class SocketAddresses {

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    /** Longest name in the abstract namespace, in bytes; also the longest path, which has a zero at its end. */
    static final int MAX_ABSTRACT_NAME = 107;

    private static final long FAMILY = NativeScratch.SOCKET_ADDRESS;
    private static final long PORT = FAMILY + 2;
    private static final long IN_ADDRESS = FAMILY + 4;
    private static final int IN_SIZE = 16;
    private static final long IN6_FLOW_INFO = FAMILY + 4;
    private static final long IN6_ADDRESS = FAMILY + 8;
    private static final long IN6_SCOPE_ID = FAMILY + 24;
    private static final int IN6_SIZE = 28;
    private static final long UN_PATH = FAMILY + 2;

    private SocketAddresses() {
    }

    /**
     * Writes an address for a socket of the given family and returns its length. To IPv6 sockets IPv4 addresses go as
     * v4-mapped ones, except that the IPv4 wildcard is the IPv6 wildcard, which covers both.
     */
    static int write(NativeScratch scratch, boolean ipv6, InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        InetAddress host = address.getAddress();
        byte[] bytes = host.getAddress();
        setPort(scratch, address.getPort());
        if (ipv6) {
            scratch.setShort(FAMILY, (short) AF_INET6);
            scratch.setInt(IN6_FLOW_INFO, 0);
            scratch.setLong(IN6_ADDRESS, 0);
            scratch.setLong(IN6_ADDRESS + 8, 0);
            if (!host.isAnyLocalAddress()) {
                writeInet6(scratch.memory(), bytes);
            }
            scratch.setInt(IN6_SCOPE_ID, host instanceof Inet6Address inet6 ? inet6.getScopeId() : 0);
            return IN6_SIZE;
        }
        scratch.setShort(FAMILY, (short) AF_INET);
        scratch.setLong(IN_ADDRESS + 4, 0);
        if (host.isAnyLocalAddress()) {
            scratch.setInt(IN_ADDRESS, 0);
        } else if (bytes.length == 4) {
            MemorySegment.copy(bytes, 0, scratch.memory(), JAVA_BYTE, IN_ADDRESS, 4);
        } else {
            throw new IllegalArgumentException("IPv6 address " + host + " for an IPv4 socket");
        }
        return IN_SIZE;
    }

    private static void writeInet6(MemorySegment memory, byte[] bytes) {
        if (bytes.length == 4) {
            memory.set(JAVA_BYTE, IN6_ADDRESS + 10, (byte) 0xFF);
            memory.set(JAVA_BYTE, IN6_ADDRESS + 11, (byte) 0xFF);
        }
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, IN6_ADDRESS + 16 - bytes.length, bytes.length);
    }

    /** Reads an address of {@link NativeScratch#LENGTH} bytes; {@code null} if it is none of IP. */
    static InetSocketAddress read(NativeScratch scratch) {
        if (scratch.getInt(NativeScratch.LENGTH) < IN_SIZE) {
            return null;
        }
        return switch (scratch.getShort(FAMILY)) {
            case AF_INET -> new InetSocketAddress(inetAddress(scratch, IN_ADDRESS, 4, 0), port(scratch));
            case AF_INET6 -> new InetSocketAddress(
                    inetAddress(scratch, IN6_ADDRESS, 16, scratch.getInt(IN6_SCOPE_ID)), port(scratch));
            default -> null;
        };
    }

    private static InetAddress inetAddress(NativeScratch scratch, long offset, int size, int scopeId) {
        byte[] bytes = new byte[size];
        MemorySegment.copy(scratch.memory(), JAVA_BYTE, offset, bytes, 0, size);
        try {
            return scopeId == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scopeId);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are an address", e);
        }
    }

    /** Writes a name of the abstract namespace and returns the address length. */
    static int writeAbstract(NativeScratch scratch, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_ABSTRACT_NAME) {
            throw new IllegalArgumentException("abstract name of " + bytes.length + " bytes: " + name);
        }
        scratch.setShort(FAMILY, (short) AF_UNIX);
        scratch.memory().set(JAVA_BYTE, UN_PATH, (byte) 0);
        MemorySegment.copy(bytes, 0, scratch.memory(), JAVA_BYTE, UN_PATH + 1, bytes.length);
        return Short.BYTES + 1 + bytes.length;
    }

    /** Writes the path of a socket in the file system and returns the address length. */
    static int writePath(NativeScratch scratch, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_ABSTRACT_NAME) {
            throw new IllegalArgumentException("socket path of " + bytes.length + " bytes: " + path);
        }
        scratch.setShort(FAMILY, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, scratch.memory(), JAVA_BYTE, UN_PATH, bytes.length);
        scratch.memory().set(JAVA_BYTE, UN_PATH + bytes.length, (byte) 0);
        return Short.BYTES + bytes.length + 1;
    }

    private static void setPort(NativeScratch scratch, int port) {
        scratch.memory().set(JAVA_BYTE, PORT, (byte) (port >>> 8));
        scratch.memory().set(JAVA_BYTE, PORT + 1, (byte) port);
    }

    private static int port(NativeScratch scratch) {
        return Byte.toUnsignedInt(scratch.memory().get(JAVA_BYTE, PORT)) << 8
                | Byte.toUnsignedInt(scratch.memory().get(JAVA_BYTE, PORT + 1));
    }
}
