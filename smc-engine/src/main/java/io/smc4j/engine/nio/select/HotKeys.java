package io.smc4j.engine.nio.select;

import java.util.Arrays;

/** The keys a selector looks at in each turn, in no order. For the selecting thread. */
final class HotKeys {

    private SmcSelectionKey[] keys = new SmcSelectionKey[16];
    private int count;

    int count() {
        return count;
    }

    SmcSelectionKey get(int i) {
        return keys[i];
    }

    /** Adds a key unless it is there. */
    void add(SmcSelectionKey key) {
        if (!key.hot) {
            key.hot = true;
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, count * 2);
            }
            keys[count++] = key;
        }
    }

    /** Removes the key at a place, which the last one takes. */
    void remove(int i) {
        keys[i].hot = false;
        keys[i] = keys[--count];
        keys[count] = null;
    }

    void clear() {
        Arrays.fill(keys, null);
        count = 0;
    }
}
