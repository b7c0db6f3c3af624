package io.smc4j.engine.nio;

import io.smc4j.engine.negotiation.SmcEngine;

/** Lets tests of the layers below look behind a provider. */
public final class EngineAccess {

    private EngineAccess() {
    }

    /** The engine that serves a provider's channels. */
    public static SmcEngine of(SmcSelectorProvider provider) {
        return provider.engine();
    }
}
