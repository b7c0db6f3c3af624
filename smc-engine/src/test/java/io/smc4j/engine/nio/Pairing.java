package io.smc4j.engine.nio;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** Who provides the channels of the connecting and of the accepting end. */
enum Pairing {

    SMC_TO_SMC(true, true, SmcMode.SMCD),
    SMC_TO_JDK(true, false, SmcMode.TCP),
    JDK_TO_SMC(false, true, SmcMode.TCP),
    /** Keeps the tests honest. */
    JDK_TO_JDK(false, false, SmcMode.TCP);

    private static final boolean ENGINE_IMPLEMENTED = probe();

    private final boolean smcClient;
    private final boolean smcServer;
    private final SmcMode expectedMode;

    Pairing(boolean smcClient, boolean smcServer, SmcMode expectedMode) {
        this.smcClient = smcClient;
        this.smcServer = smcServer;
        this.expectedMode = expectedMode;
    }

    private static boolean probe() {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(SmcConfig.defaults());
                SocketChannel channel = engine.openSocketChannel()) {
            return !channel.getClass().getName().startsWith("sun.nio.ch.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether engines make channels of their own, rather than hand out the JDK's. */
    static boolean isEngineImplemented() {
        return ENGINE_IMPLEMENTED;
    }

    SmcMode expectedMode() {
        return expectedMode;
    }

    SelectorProvider openClient(SmcConfig config) throws IOException {
        return smcClient ? SmcSelectorProvider.open(config) : SelectorProvider.provider();
    }

    SelectorProvider openServer(SmcConfig config) throws IOException {
        return smcServer ? SmcSelectorProvider.open(config) : SelectorProvider.provider();
    }
}
