package io.smc4j.samples.quickstart.driver;

/**
 * How the connections of a hop run; a single one on TCP makes it TCP.
 *
 * @param mode {@code SMCD}, {@code SMCR} or {@code TCP}
 * @param connections open connections seen
 * @param reason why it is TCP, else {@code null}
 */
record HopMode(String mode, int connections, String reason) {

    static final String TCP = "TCP";

    boolean isSmc() {
        return !mode.equals(TCP);
    }

    /** Fails unless the hop runs on SMC. */
    HopMode requireSmc(String hop) {
        if (!isSmc()) {
            throw new QuickstartException(hop + " should run on SMC but runs on TCP: " + reason);
        }
        return this;
    }

    @Override
    public String toString() {
        return isSmc() ? "%s (open connections: %d)".formatted(mode, connections) : "TCP (" + reason + ")";
    }
}
