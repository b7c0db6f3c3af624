package io.smc4j.engine.nio;

import io.smc4j.engine.nio.socket.NamedOption;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
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
            StandardSocketOptions.SO_KEEPALIVE, new Native(Sockets.SOL_SOCKET, Sockets.SO_KEEPALIVE),
            StandardSocketOptions.SO_REUSEADDR, new Native(Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR),
            StandardSocketOptions.SO_REUSEPORT, new Native(Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT),
            NamedOption.SO_OOBINLINE, new Native(Sockets.SOL_SOCKET, UrgentData.SO_OOBINLINE),
            StandardSocketOptions.TCP_NODELAY, new Native(Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY),
            ExtendedSocketOptions.TCP_QUICKACK, new Native(Sockets.IPPROTO_TCP, Sockets.TCP_QUICKACK));

    private static final Map<SocketOption<?>, Native> NUMBERS = Map.of(
            StandardSocketOptions.SO_SNDBUF, new Native(Sockets.SOL_SOCKET, Sockets.SO_SNDBUF),
            StandardSocketOptions.SO_RCVBUF, new Native(Sockets.SOL_SOCKET, Sockets.SO_RCVBUF),
            ExtendedSocketOptions.TCP_KEEPIDLE, new Native(Sockets.IPPROTO_TCP, Sockets.TCP_KEEPIDLE),
            ExtendedSocketOptions.TCP_KEEPINTERVAL, new Native(Sockets.IPPROTO_TCP, Sockets.TCP_KEEPINTVL),
            ExtendedSocketOptions.TCP_KEEPCOUNT, new Native(Sockets.IPPROTO_TCP, Sockets.TCP_KEEPCNT),
            TCP_USER_TIMEOUT, new Native(Sockets.IPPROTO_TCP, Sockets.TCP_USER_TIMEOUT));

    static final Set<SocketOption<?>> STREAM_OPTIONS = Set.of(
            StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT, StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.IP_TOS, NamedOption.SO_OOBINLINE,
            ExtendedSocketOptions.TCP_QUICKACK, ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, ExtendedSocketOptions.TCP_KEEPCOUNT, TCP_USER_TIMEOUT);

    static final Set<SocketOption<?>> LISTENER_OPTIONS = Set.of(
            StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

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
            Sockets.setLinger(fd, Math.min((Integer) value, MAX_LINGER_SECONDS));
        } else if (option == StandardSocketOptions.IP_TOS) {
            setTrafficClass(fd, ipv6, (Integer) value);
        } else if (FLAGS.get(option) instanceof Native flag) {
            Sockets.setOption(fd, flag.level, flag.name, (Boolean) value ? 1 : 0);
        } else {
            Native number = NUMBERS.get(option);
            int n = (Integer) value;
            if (n < 0) {
                throw new IllegalArgumentException(option + " " + n + " is negative");
            }
            Sockets.setOption(fd, number.level, number.name, n);
        }
    }

    static Object get(int fd, boolean ipv6, SocketOption<?> option) throws OsException {
        if (option == StandardSocketOptions.SO_LINGER) {
            return Sockets.getLinger(fd);
        }
        if (option == StandardSocketOptions.IP_TOS) {
            return ipv6 ? Sockets.getOption(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_TCLASS)
                    : Sockets.getOption(fd, Sockets.IPPROTO_IP, Sockets.IP_TOS);
        }
        if (FLAGS.get(option) instanceof Native flag) {
            return Sockets.getOption(fd, flag.level, flag.name) != 0;
        }
        Native number = NUMBERS.get(option);
        return Sockets.getOption(fd, number.level, number.name);
    }

    private static void setTrafficClass(int fd, boolean ipv6, int value) throws OsException {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("IP_TOS " + value + " is not between 0 and 255");
        }
        // A dual-stack socket carries IPv4 as well.
        Sockets.setOption(fd, Sockets.IPPROTO_IP, Sockets.IP_TOS, value);
        if (ipv6) {
            Sockets.setOption(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_TCLASS, value);
        }
    }
}
