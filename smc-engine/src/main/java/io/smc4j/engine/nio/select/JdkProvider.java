package io.smc4j.engine.nio.select;

import java.nio.channels.spi.SelectorProvider;

/** The provider that was there before: makes what is not a TCP channel. */
public final class JdkProvider {

    private static volatile SelectorProvider replaced;

    private JdkProvider() {
    }

    /** Names it where it is no longer the default one. */
    public static void use(SelectorProvider provider) {
        replaced = provider;
    }

    public static SelectorProvider get() {
        SelectorProvider known = replaced;
        return known != null ? known : SelectorProvider.provider();
    }
}
