package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Channel options that only Netty's native transports know, {@code EpollChannelOption} above all. An application may
 * set them without knowing of SMC. Those that the channel has as a {@link SocketOption} work; of any other the log
 * tells once, not for each connection.
 *
 * <p>By names, as the classes of a native transport may be missing.
 */
final class NativeOptions {

    private static final Log logger = LogFactory.getLog(NativeOptions.class);

    /** Names of native options whose {@link SocketOption} is called otherwise. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("TCP_KEEPINTVL", "TCP_KEEPINTERVAL", "TCP_KEEPCNT", "TCP_KEEPCOUNT");

    /** Native options that are constants of {@link ChannelOption} itself. */
    private static final Set<String> GENERAL = Set.of("TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT");

    private static final Set<String> reported = ConcurrentHashMap.newKeySet();

    private NativeOptions() {
    }

    /** Whether a native transport defines it: Netty names such constants {@code io.netty...EpollChannelOption#NAME}. */
    static boolean isNative(ChannelOption<?> option) {
        String name = option.name();
        return name.startsWith("io.netty.") && name.contains("ChannelOption#") || GENERAL.contains(name);
    }

    /**
     * Sets a native option.
     *
     * @return true, so that nobody warns of it again
     */
    static <T> boolean set(NetworkChannel socket, ChannelOption<T> option, T value) {
        SocketOption<T> counterpart = counterpart(socket, option);
        if (counterpart == null) {
            report(option);
            return true;
        }
        try {
            socket.setOption(counterpart, value);
            return true;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    /** A native option's value, or {@code null} if there is none on these channels. */
    static <T> T get(NetworkChannel socket, ChannelOption<T> option) {
        SocketOption<T> counterpart = counterpart(socket, option);
        try {
            return counterpart == null ? null : socket.getOption(counterpart);
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> SocketOption<T> counterpart(NetworkChannel socket, ChannelOption<T> option) {
        String simpleName = option.name().substring(option.name().indexOf('#') + 1);
        String name = OTHER_NAMES.getOrDefault(simpleName, simpleName);
        for (SocketOption<?> supported : socket.supportedOptions()) {
            if (supported.name().equals(name)) {
                return (SocketOption<T>) supported;
            }
        }
        return null;
    }

    private static void report(ChannelOption<?> option) {
        if (reported.add(option.name())) {
            logger.warn("The channel option " + option.name() + " needs a native transport of Netty. SMC's event loops,"
                    + " which are NIO, go on without it. This is said once");
        }
    }
}
