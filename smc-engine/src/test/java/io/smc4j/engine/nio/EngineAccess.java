package io.smc4j.engine.nio;

import io.smc4j.engine.core.SmcEngine;
import java.io.IOException;

/** Lets tests of the layers below look behind a provider. */
public final class EngineAccess {

    private EngineAccess() {
    }

    /** The engine that serves a provider's channels. */
    public static SmcEngine of(SmcSelectorProvider provider) {
        return provider.engine();
    }

    /** A provider over an engine that was made otherwise. */
    public static SmcSelectorProvider providerOf(SmcEngine engine) throws IOException {
        return new SmcSelectorProvider(engine);
    }
}
