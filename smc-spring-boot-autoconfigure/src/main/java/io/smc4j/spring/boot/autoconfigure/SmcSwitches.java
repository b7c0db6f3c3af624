package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The switches that conditions look at, which are needed before {@link SmcProperties} is a bean.
 *
 * @param enabled {@code smc.enabled}
 * @param client {@code smc.client.enabled}
 * @param server {@code smc.server.enabled}
 * @param path whether there is anything that SMC may run on: {@code smc.shared-memory.enabled}, or an
 *        {@code smc.rdma.provider} other than {@code none}
 */
record SmcSwitches(boolean enabled, boolean client, boolean server, boolean path) {

    /**
     * Reads them.
     *
     * @throws org.springframework.boot.context.properties.bind.BindException if one is of the wrong type, which
     *         Boot's own failure analysis explains
     */
    static SmcSwitches from(Environment environment) {
        Binder binder = Binder.get(environment);
        return new SmcSwitches(isOn(binder, "smc.enabled"), isOn(binder, "smc.client.enabled"),
                isOn(binder, "smc.server.enabled"), isOn(binder, "smc.shared-memory.enabled")
                        || binder.bind("smc.rdma.provider", RdmaConfig.Provider.class).orElse(RdmaConfig.Provider.AUTO)
                                != RdmaConfig.Provider.NONE);
    }

    static SmcSwitches of(SmcProperties properties) {
        return new SmcSwitches(properties.enabled(), properties.client().enabled(), properties.server().enabled(),
                properties.sharedMemory().enabled() || properties.rdma().provider() != RdmaConfig.Provider.NONE);
    }

    private static boolean isOn(Binder binder, String name) {
        return binder.bind(name, Boolean.class).orElse(true);
    }

    /** Which property switches the side off, in a few words, or {@code null} if it is on. */
    String causeOff(Side side) {
        if (!enabled) {
            return "smc.enabled is false";
        }
        if (!path) {
            return "smc.shared-memory.enabled is false and smc.rdma.provider is none";
        }
        return switch (side) {
            case CLIENT -> client ? null : "smc.client.enabled is false";
            case SERVER -> server ? null : "smc.server.enabled is false";
            case ANY -> client || server ? null : "smc.client.enabled and smc.server.enabled are false";
        };
    }
}
