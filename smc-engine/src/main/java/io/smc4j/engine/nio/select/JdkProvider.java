package io.smc4j.engine.nio.select;

import java.nio.channels.spi.SelectorProvider;

/** The provider that was there before: makes what is not a TCP channel. */
public final class JdkProvider {

    private JdkProvider() {
    }

    public static SelectorProvider get() {
        return SelectorProvider.provider();
    }
}
