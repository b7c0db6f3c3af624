package io.smc4j.engine.nio.socket;

import java.net.SocketOption;

/** An option that the JDK has no constant for. */
public record NamedOption<T>(String name, Class<T> type) implements SocketOption<T> {

    /** Whether urgent bytes are read in their place in the stream, rather than dropped. */
    public static final SocketOption<Boolean> SO_OOBINLINE = new NamedOption<>("SO_OOBINLINE", Boolean.class);

    @Override
    public String toString() {
        return name;
    }
}
