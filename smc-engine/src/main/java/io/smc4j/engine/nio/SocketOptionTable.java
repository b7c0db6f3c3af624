package io.smc4j.engine.nio;

import io.smc4j.engine.nio.socket.NamedOption;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import io.smc4j.engine.os.UrgentData;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** Java's socket options and what they are to the kernel. */
final class SocketOptionTable {

    private record Native(int level, int name) {
    }

    /**
     * Milliseconds that sent bytes, or probes, may stay unacknowledged before TCP gives the connection up; 0 for the
     * kernel's own limits (tcp(7)). The JDK has no constant for it.
     */
    static final SocketOption<Integer> TCP_USER_TIMEOUT = new NamedOption<>("TCP_USER_TIMEOUT", Integer.class);

    private static final Map<SocketOption<?>, Native> FLAGS = Map.of(
            StandardSocketOptions.SO_KEEPALIVE, new Native(SocketOptions.SOL_SOCKET, SocketOptions.SO_KEEPALIVE),
            StandardSocketOptions.SO_REUSEADDR, new Native(SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR),
            StandardSocketOptions.SO_REUSEPORT, new Native(SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT),
            NamedOption.SO_OOBINLINE, new Native(SocketOptions.SOL_SOCKET, UrgentData.SO_OOBINLINE),
            StandardSocketOptions.TCP_NODELAY, new Native(SocketOptions.IPPROTO_TCP, SocketOptions.TCP_NODELAY),
            ExtendedSocketOptions.TCP_QUICKACK, new Native(SocketOptions.IPPROTO_TCP, SocketOptions.TCP_QUICKACK));

    private static final Map<SocketOption<?>, Native> NUMBERS = Map.of(
            StandardSocketOptions.SO_SNDBUF, new Native(SocketOptions.SOL_SOCKET, SocketOptions.SO_SNDBUF),
            StandardSocketOptions.SO_RCVBUF, new Native(SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF),
            ExtendedSocketOptions.TCP_KEEPIDLE, new Native(SocketOptions.IPPROTO_TCP, SocketOptions.TCP_KEEPIDLE),
            ExtendedSocketOptions.TCP_KEEPINTERVAL, new Native(SocketOptions.IPPROTO_TCP, SocketOptions.TCP_KEEPINTVL),
            ExtendedSocketOptions.TCP_KEEPCOUNT, new Native(SocketOptions.IPPROTO_TCP, SocketOptions.TCP_KEEPCNT),
            TCP_USER_TIMEOUT, new Native(SocketOptions.IPPROTO_TCP, SocketOptions.TCP_USER_TIMEOUT));

    static final Set<SocketOption<?>> STREAM_OPTIONS = Set.of(
            StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT, StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.IP_TOS, NamedOption.SO_OOBINLINE,
            ExtendedSocketOptions.TCP_QUICKACK, ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, ExtendedSocketOptions.TCP_KEEPCOUNT, TCP_USER_TIMEOUT);

    static final Set<SocketOption<?>> LISTENER_OPTIONS = Set.of(
            StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

    /** A server socket has more than the channel: what it accepts inherits them. */
    static final Set<SocketOption<?>> SERVER_SOCKET_OPTIONS = Set.of(
            StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT,
            StandardSocketOptions.IP_TOS, ExtendedSocketOptions.TCP_QUICKACK, ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, ExtendedSocketOptions.TCP_KEEPCOUNT);

    private static final int MAX_LINGER_SECONDS = 65535;

    private SocketOptionTable() {
    }

    static void requireSupported(Set<SocketOption<?>> supported, SocketOption<?> option) {
        if (!supported.contains(Objects.requireNonNull(option))) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    static void set(int fd, boolean ipv6, SocketOption<?> option, Object value) throws OsException {
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        if (option == StandardSocketOptions.SO_LINGER) {
            SocketOptions.setLinger(fd, Math.min((Integer) value, MAX_LINGER_SECONDS));
        } else if (option == StandardSocketOptions.IP_TOS) {
            setTrafficClass(fd, ipv6, (Integer) value);
        } else if (FLAGS.containsKey(option)) {
            Native flag = FLAGS.get(option);
            SocketOptions.set(fd, flag.level, flag.name, (Boolean) value ? 1 : 0);
        } else {
            Native number = NUMBERS.get(option);
            int n = (Integer) value;
            if (n < 0) {
                throw new IllegalArgumentException(option + " " + n + " is negative");
            }
            SocketOptions.set(fd, number.level, number.name, n);
        }
    }

    static Object get(int fd, boolean ipv6, SocketOption<?> option) throws OsException {
        if (option == StandardSocketOptions.SO_LINGER) {
            return SocketOptions.getLinger(fd);
        }
        if (option == StandardSocketOptions.IP_TOS) {
            return ipv6 ? SocketOptions.get(fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_TCLASS)
                    : SocketOptions.get(fd, SocketOptions.IPPROTO_IP, SocketOptions.IP_TOS);
        }
        Native flag = FLAGS.get(option);
        if (flag != null) {
            return SocketOptions.get(fd, flag.level, flag.name) != 0;
        }
        Native number = NUMBERS.get(option);
        return SocketOptions.get(fd, number.level, number.name);
    }

    private static void setTrafficClass(int fd, boolean ipv6, int value) throws OsException {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("IP_TOS " + value + " is not between 0 and 255");
        }
        // A dual-stack socket carries IPv4 as well.
        SocketOptions.set(fd, SocketOptions.IPPROTO_IP, SocketOptions.IP_TOS, value);
        if (ipv6) {
            SocketOptions.set(fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_TCLASS, value);
        }
    }
}
