package io.smc4j.engine.nio.select;

import java.util.Arrays;

/** The keys by which selectors watch one channel. Any thread may call. */
public final class ChannelKeys {

    private volatile SmcSelectionKey[] keys = {};

    /** A selector begins to watch. */
    synchronized void add(SmcSelectionKey key) {
        SmcSelectionKey[] more = Arrays.copyOf(keys, keys.length + 1);
        more[keys.length] = key;
        keys = more;
    }

    /** A selector has ceased to watch. */
    synchronized void remove(SmcSelectionKey key) {
        keys = Arrays.stream(keys).filter(k -> k != key).toArray(SmcSelectionKey[]::new);
    }

    /** Whether another selector watches too. */
    boolean isWatchedBeside(SmcSelectionKey key) {
        for (SmcSelectionKey other : keys) {
            if (other != key && other.isValid()) {
                return true;
            }
        }
        return false;
    }

    /** Has all selectors look again. */
    public void changed() {
        for (SmcSelectionKey key : keys) {
            key.changed();
        }
    }

    /** Has no selector watch the descriptor any more, which is about to be closed. */
    public void detach() {
        for (SmcSelectionKey key : keys) {
            key.detach();
        }
    }
}
