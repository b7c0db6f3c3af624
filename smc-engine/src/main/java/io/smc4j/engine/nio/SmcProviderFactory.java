package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.os.NativeAccess;
import java.io.IOException;

/**
 * What is behind the door {@link io.smc4j.engine.Smc}: named in {@code META-INF/services}, for which it must be public.
 */
public final class SmcProviderFactory implements SmcProvider.Factory {

    /** For the service loader. */
    public SmcProviderFactory() {
    }

    @Override
    public String unavailabilityCause() {
        return NativeAccess.unavailabilityCause();
    }

    @Override
    public SmcProvider open(SmcConfig config) throws IOException {
        return SmcSelectorProvider.open(config);
    }
}
