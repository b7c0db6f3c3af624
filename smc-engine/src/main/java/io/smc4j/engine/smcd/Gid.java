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
    private static final long PREFIX_MASK = 0xFFFF_FFFFL << 32;

    /** A new name. */
    public static Gid random() {
        SecureRandom random = new SecureRandom();
        return new Gid(PREFIX | random.nextInt() & 0xFFFFFFFFL, random.nextLong());
    }

    /** The name that {@link #toString()} writes; {@code null} if it is none of an engine. */
    public static Gid parse(String text) {
        if (text.length() != 32 || !text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            return null;
        }
        Gid gid = new Gid(Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
        return (gid.high & PREFIX_MASK) == PREFIX ? gid : null;
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
