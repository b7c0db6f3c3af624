package io.smc4j.engine.nio;

import java.nio.channels.spi.SelectorProvider;

/** The provider that was there before: makes what is not a TCP channel. */
final class JdkProvider {

    private JdkProvider() {
    }

    static SelectorProvider get() {
        return SelectorProvider.provider();
    }
}
