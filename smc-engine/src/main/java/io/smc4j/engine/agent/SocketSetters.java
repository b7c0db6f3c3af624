package io.smc4j.engine.agent;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;

/** The options that a {@link java.net.SocketImpl} knows by number, on sockets, which have methods for them. */
final class SocketSetters {

    private SocketSetters() {
    }

    static void set(Socket socket, int id, Object value) throws SocketException {
        switch (id) {
            case SocketOptions.SO_TIMEOUT -> socket.setSoTimeout(number(value, "SO_TIMEOUT"));
            case SocketOptions.TCP_NODELAY -> socket.setTcpNoDelay(flag(value, "TCP_NODELAY"));
            // False for none, or seconds.
            case SocketOptions.SO_LINGER -> {
                boolean off = Boolean.FALSE.equals(value);
                socket.setSoLinger(!off, off ? 0 : number(value, "SO_LINGER"));
            }
            case SocketOptions.IP_TOS -> socket.setTrafficClass(number(value, "IP_TOS"));
            case SocketOptions.SO_SNDBUF -> socket.setSendBufferSize(size(value, "SO_SNDBUF"));
            case SocketOptions.SO_RCVBUF -> socket.setReceiveBufferSize(size(value, "SO_RCVBUF"));
            case SocketOptions.SO_KEEPALIVE -> socket.setKeepAlive(flag(value, "SO_KEEPALIVE"));
            case SocketOptions.SO_OOBINLINE -> socket.setOOBInline(flag(value, "SO_OOBINLINE"));
            case SocketOptions.SO_REUSEADDR -> socket.setReuseAddress(flag(value, "SO_REUSEADDR"));
            case SocketOptions.SO_REUSEPORT -> byName(() -> socket.setOption(StandardSocketOptions.SO_REUSEPORT,
                    flag(value, "SO_REUSEPORT")));
            default -> throw unknown(id);
        }
    }

    static Object get(Socket socket, int id) throws SocketException {
        return switch (id) {
            case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
            case SocketOptions.TCP_NODELAY -> socket.getTcpNoDelay();
            case SocketOptions.SO_LINGER -> lingerOf(socket.getSoLinger());
            case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
            case SocketOptions.IP_TOS -> socket.getTrafficClass();
            case SocketOptions.SO_SNDBUF -> socket.getSendBufferSize();
            case SocketOptions.SO_RCVBUF -> socket.getReceiveBufferSize();
            case SocketOptions.SO_KEEPALIVE -> socket.getKeepAlive();
            case SocketOptions.SO_OOBINLINE -> socket.getOOBInline();
            case SocketOptions.SO_REUSEADDR -> socket.getReuseAddress();
            case SocketOptions.SO_REUSEPORT -> byName(() -> socket.getOption(StandardSocketOptions.SO_REUSEPORT));
            default -> throw unknown(id);
        };
    }

    private static Object lingerOf(int seconds) {
        return seconds < 0 ? (Object) false : (Object) seconds;
    }

    static void set(ServerSocket listener, int id, Object value) throws SocketException {
        switch (id) {
            case SocketOptions.SO_TIMEOUT -> listener.setSoTimeout(number(value, "SO_TIMEOUT"));
            case SocketOptions.SO_RCVBUF -> listener.setReceiveBufferSize(size(value, "SO_RCVBUF"));
            case SocketOptions.SO_REUSEADDR -> listener.setReuseAddress(flag(value, "SO_REUSEADDR"));
            default -> byName(() -> listener.setOption(option(id), value));
        }
    }

    static Object get(ServerSocket listener, int id) throws SocketException {
        return switch (id) {
            case SocketOptions.SO_TIMEOUT -> byName(listener::getSoTimeout);
            case SocketOptions.SO_BINDADDR -> listener.getInetAddress();
            case SocketOptions.SO_RCVBUF -> listener.getReceiveBufferSize();
            case SocketOptions.SO_REUSEADDR -> listener.getReuseAddress();
            default -> byName(() -> listener.getOption(option(id)));
        };
    }

    @SuppressWarnings("unchecked")
    private static SocketOption<Object> option(int id) throws SocketException {
        SocketOption<?> option = switch (id) {
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            case SocketOptions.SO_REUSEPORT -> StandardSocketOptions.SO_REUSEPORT;
            default -> throw unknown(id);
        };
        return (SocketOption<Object>) option;
    }

    private interface Call {
        Object run() throws IOException;
    }

    private static Object byName(Call call) throws SocketException {
        try {
            return call.run();
        } catch (SocketException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            throw new SocketException(e.getMessage(), e);
        }
    }

    private static boolean flag(Object value, String name) throws SocketException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new SocketException("Bad value for " + name);
    }

    private static int number(Object value, String name) throws SocketException {
        if (value instanceof Integer number) {
            return number;
        }
        throw new SocketException("Bad value for " + name);
    }

    private static int size(Object value, String name) throws SocketException {
        int size = number(value, name);
        if (size <= 0) {
            throw new SocketException(name + " <= 0");
        }
        return size;
    }

    private static SocketException unknown(int id) {
        return new SocketException("Unknown option " + id);
    }
}
