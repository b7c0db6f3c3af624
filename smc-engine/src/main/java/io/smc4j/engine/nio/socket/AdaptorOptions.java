package io.smc4j.engine.nio.socket;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;

/** Socket options as the setters and getters of {@link java.net.Socket} know them. */
final class AdaptorOptions {

    private AdaptorOptions() {
    }

    /** Sets an option; one the channel does not have is a wish it cannot fulfil, not an error. */
    static <T> void set(NetworkChannel channel, SocketOption<T> option, T value) throws SocketException {
        requireOpen(channel);
        if (channel.supportedOptions().contains(option)) {
            try {
                channel.setOption(option, value);
            } catch (IOException e) {
                throw asSocketException(e);
            }
        }
    }

    /** An option's value, or the given one if the channel does not have that option. */
    static <T> T get(NetworkChannel channel, SocketOption<T> option, T otherwise) throws SocketException {
        requireOpen(channel);
        if (!channel.supportedOptions().contains(option)) {
            return otherwise;
        }
        try {
            return channel.getOption(option);
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    static void requireOpen(NetworkChannel channel) throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException(SocketExceptions.CLOSED);
        }
    }

    static void requirePositive(int size) {
        if (size <= 0) {
            throw new IllegalArgumentException("buffer size " + size + " is not positive");
        }
    }

    private static SocketException asSocketException(IOException e) {
        if (e instanceof SocketException known) {
            return known;
        }
        return new SocketException(e instanceof ClosedChannelException ? SocketExceptions.CLOSED : e.getMessage(), e);
    }
}
