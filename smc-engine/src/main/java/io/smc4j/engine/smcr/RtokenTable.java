package io.smc4j.engine.smcr;

import java.util.ArrayList;
import java.util.List;

/** The peer's RMBs that it has named, by CLC or LLC. On the control loop. */
final class RtokenTable {

    private static final int MAX = 255;

    private final List<Rtokens> known = new ArrayList<>();

    /**
     * The RMB that a key means on a link, which is now known to be at an address.
     *
     * @return {@code null} if it is a new one and there are too many
     */
    Rtokens put(int link, int rkey, long address) {
        Rtokens tokens = find(link, rkey);
        if (tokens == null) {
            if (known.size() >= MAX) {
                return null;
            }
            tokens = new Rtokens();
            known.add(tokens);
        }
        tokens.put(link, rkey, address);
        return tokens;
    }

    /** The RMB that a key means on a link, or {@code null}. */
    Rtokens find(int link, int rkey) {
        for (Rtokens tokens : known) {
            if (tokens.is(link, rkey)) {
                return tokens;
            }
        }
        return null;
    }

    /** Forgets the RMB that a key means on a link; returns whether there was one. */
    boolean remove(int link, int rkey) {
        return known.removeIf(tokens -> tokens.is(link, rkey));
    }

    /** The keys for a link are worth nothing any more. */
    void removeLink(int link) {
        known.forEach(tokens -> tokens.remove(link));
    }
}
