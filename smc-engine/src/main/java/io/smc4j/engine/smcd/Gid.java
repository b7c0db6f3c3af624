package io.smc4j.engine.smcd;

import java.security.SecureRandom;

/**
 * Names one engine: the 128-bit GID of its user-space ISM device. The first four bytes are fixed, so that a trace shows
 * whose it is and no kernel device (a random UUID, or an s390 channel's) is taken for it; the rest is random.
 *
 * @param high the first eight bytes, the GID of the first ISM entry in a Proposal
 * @param low the other eight, the GID extension
 */
public record Gid(long high, long low) {

    private static final long PREFIX = 0x534D344AL << 32;

    /** A new name. */
    public static Gid random() {
        SecureRandom random = new SecureRandom();
        return new Gid(PREFIX | random.nextInt() & 0xFFFFFFFFL, random.nextLong());
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
