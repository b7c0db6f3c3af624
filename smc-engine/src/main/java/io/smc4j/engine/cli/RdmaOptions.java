package io.smc4j.engine.cli;

import io.smc4j.engine.RdmaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what a command line says about RDMA. Ranges are up to {@link RdmaConfig}. */
final class RdmaOptions {

    private static final RdmaConfig DEFAULTS = RdmaConfig.defaults();

    private final List<String> ueids = new ArrayList<>();
    private RdmaConfig.Provider provider = DEFAULTS.provider();
    private String device = DEFAULTS.device();
    private int gidIndex = DEFAULTS.gidIndex();

    void provider(String value) throws UsageException {
        for (RdmaConfig.Provider candidate : RdmaConfig.Provider.values()) {
            if (candidate.name().toLowerCase(Locale.ROOT).equals(value)) {
                provider = candidate;
                return;
            }
        }
        throw new UsageException("--rdma is auto, verbs, kernel or none, not '" + value + "'");
    }

    /** The first one takes the place of the default. */
    void ueid(String value) {
        ueids.add(value);
    }

    void device(String value) throws UsageException {
        if (value.isBlank()) {
            throw new UsageException("--rdma-device needs the name of a device");
        }
        device = value;
    }

    void gidIndex(String value) throws UsageException {
        try {
            gidIndex = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new UsageException("--gid-index needs a number, not '" + value + "'");
        }
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names value and range
     */
    RdmaConfig config() {
        return new RdmaConfig(provider, ueids.isEmpty() ? DEFAULTS.ueid() : ueids, device, DEFAULTS.port(), gidIndex,
                DEFAULTS.pnet(), DEFAULTS.maxLinks(), DEFAULTS.maxConnections());
    }
}
