package io.smc4j.engine.os;

import static io.smc4j.engine.os.SockDiag.HEADER_SIZE;
import static io.smc4j.engine.os.SockDiag.NLMSG_ERROR;
import static io.smc4j.engine.os.SockDiag.NLM_F_REQUEST;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks the kernel for one TCP connection of this network namespace, by the netlink family {@code NETLINK_SOCK_DIAG}
 * ({@code linux/inet_diag.h}): a look-up by both addresses, no dump. It needs no privilege, and finds a connection as
 * soon as the handshake is done, before anybody accepts it. For one thread.
 *
 * <pre>
 * nlmsghdr          length 4, type 2, flags 2, sequence 4, port 4
 * inet_diag_req_v2  family 1, protocol 1, extensions 1, padding 1, states 4, inet_diag_sockid 48
 * inet_diag_sockid  source port 2, destination port 2, source 16, destination 16, interface 4, cookie 8
 * inet_diag_msg     family 1, state 1, timer 1, retransmissions 1, inet_diag_sockid 48, five numbers of 4
 * nlattr ...        length 2, type 2, payload, padded to 4
 * </pre>
 *
 * Ports and addresses are in network byte order, all else is in the host's. Lengths are checked before they are used.
 */
public final class InetDiag implements AutoCloseable {

    private static final byte IPPROTO_TCP = 6;
    /** {@code struct tcp_info}, asked for by the bit of its type less one. */
    private static final int INET_DIAG_INFO = 2;
    private static final int ALL_STATES = -1;
    private static final long NO_COOKIE = -1;
    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_SYN_RECV = 3;
    private static final int TCP_NEW_SYN_RECV = 12;

    private static final int REQUEST_SIZE = HEADER_SIZE + 56;
    private static final int MESSAGE_SIZE = 72;
    /** {@code tcpi_last_ack_recv} and {@code tcpi_bytes_received} in {@code struct tcp_info}. */
    private static final int LAST_ACK_RECEIVED = 56;
    private static final int BYTES_RECEIVED = 128;
    private static final int ANSWER_MILLIS = 100;

    /** What the kernel knows of a connection. */
    public enum State {
        /** It has no such connection. */
        NONE,
        /** The last segment of the handshake is still to come. */
        CONNECTING,
        /** It stands. */
        ESTABLISHED
    }

    /**
     * A connection.
     *
     * @param state whether it stands; the rest means nothing unless it does
     * @param millisSinceAck how long ago the peer was heard of last, to some milliseconds
     * @param bytesReceived bytes that have come from the peer
     */
    public record Connection(State state, long millisSinceAck, long bytesReceived) {

        private static final Connection NONE = new Connection(State.NONE, 0, 0);
    }

    private final int fd;
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_SIZE).order(ByteOrder.nativeOrder());
    private final ByteBuffer answer = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
    private int sequence;

    private InetDiag(int fd) {
        this.fd = fd;
    }

    /** Opens the way to the kernel. */
    public static InetDiag open() throws OsException {
        return new InetDiag(SockDiag.open());
    }

    /**
     * Looks a connection up.
     *
     * @param local the end in this network namespace
     * @param remote the other end, of the same family
     * @throws OsException if the kernel has no answer, as it may in a sandbox
     */
    public Connection find(InetSocketAddress local, InetSocketAddress remote) throws OsException {
        boolean ipv4 = local.getAddress() instanceof Inet4Address;
        if (ipv4 != remote.getAddress() instanceof Inet4Address) {
            return Connection.NONE;
        }
        sequence++;
        request.clear().putInt(REQUEST_SIZE).putShort(SockDiag.BY_FAMILY).putShort(NLM_F_REQUEST).putInt(sequence)
                .putInt(0)
                .put((byte) (ipv4 ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6)).put(IPPROTO_TCP)
                .put((byte) (1 << INET_DIAG_INFO - 1)).put((byte) 0).putInt(ALL_STATES);
        request.order(ByteOrder.BIG_ENDIAN).putShort((short) local.getPort()).putShort((short) remote.getPort());
        put(local.getAddress());
        put(remote.getAddress());
        request.putInt(0).putLong(NO_COOKIE).order(ByteOrder.nativeOrder());
        Sockets.write(fd, request.flip());
        for (;;) {
            if (Sockets.poll(fd, Sockets.POLLIN, ANSWER_MILLIS) == 0) {
                throw OsException.of("sock_diag", Errno.ETIMEDOUT);
            }
            int length = Sockets.read(fd, answer.clear());
            if (length < HEADER_SIZE) {
                throw OsException.of("sock_diag", Errno.EPROTO);
            }
            answer.flip();
            // What answers an earlier look-up, which was not waited for any more, is left out.
            if (answer.getInt(8) == sequence) {
                return parse(answer, local.getPort(), remote.getPort());
            }
        }
    }

    private void put(InetAddress address) {
        byte[] bytes = address.getAddress();
        int end = request.position() + 16;
        request.put(bytes);
        while (request.position() < end) {
            request.put((byte) 0);
        }
    }

    /** Takes an answer apart. For a connection that is not there the kernel names the listener, if there is one. */
    static Connection parse(ByteBuffer message, int localPort, int remotePort) throws OsException {
        ByteBuffer bytes = message.order(ByteOrder.nativeOrder());
        int length = bytes.remaining() < HEADER_SIZE ? 0 : bytes.getInt(0);
        if (length < HEADER_SIZE + Integer.BYTES || length > bytes.remaining()) {
            throw OsException.of("sock_diag", Errno.EPROTO);
        }
        if (Short.toUnsignedInt(bytes.getShort(4)) == NLMSG_ERROR) {
            int errno = SockDiag.errno(bytes.slice(HEADER_SIZE, length - HEADER_SIZE).order(bytes.order()));
            if (errno == Errno.ENOENT) {
                return Connection.NONE;
            }
            throw OsException.of("sock_diag", errno);
        }
        if (length < HEADER_SIZE + MESSAGE_SIZE) {
            throw OsException.of("sock_diag", Errno.EPROTO);
        }
        int state = Byte.toUnsignedInt(bytes.get(HEADER_SIZE + 1));
        ByteBuffer ports = bytes.slice(HEADER_SIZE + 4, 4).order(ByteOrder.BIG_ENDIAN);
        if (Short.toUnsignedInt(ports.getShort(0)) != localPort
                || Short.toUnsignedInt(ports.getShort(2)) != remotePort) {
            return Connection.NONE;
        }
        return switch (state) {
            case TCP_SYN_RECV, TCP_NEW_SYN_RECV -> new Connection(State.CONNECTING, 0, 0);
            case TCP_ESTABLISHED -> established(bytes.slice(HEADER_SIZE + MESSAGE_SIZE,
                    length - HEADER_SIZE - MESSAGE_SIZE).order(ByteOrder.nativeOrder()));
            default -> Connection.NONE;
        };
    }

    private static Connection established(ByteBuffer attributes) {
        ByteBuffer info = SockDiag.attribute(attributes, INET_DIAG_INFO);
        if (info == null || info.limit() < BYTES_RECEIVED + Long.BYTES) {
            // Nothing is known of it, so that it is as old and as busy as can be.
            return new Connection(State.ESTABLISHED, Long.MAX_VALUE, Long.MAX_VALUE);
        }
        return new Connection(State.ESTABLISHED, Integer.toUnsignedLong(info.getInt(LAST_ACK_RECEIVED)),
                info.getLong(BYTES_RECEIVED));
    }

    @Override
    public void close() {
        Sockets.close(fd);
    }
}
