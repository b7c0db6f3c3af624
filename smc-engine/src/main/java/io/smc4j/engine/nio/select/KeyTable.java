package io.smc4j.engine.nio.select;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Numbers the keys whose descriptors are in the epoll set. A number is not used twice, so that an event fetched just
 * before its key was cancelled cannot be taken for another's. Not thread-safe.
 */
final class KeyTable {

    private SmcSelectionKey[] keys = new SmcSelectionKey[16];
    private int[] generations = new int[16];
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int used;

    long add(SmcSelectionKey key) {
        Integer reused = free.poll();
        int index = reused == null ? used++ : reused;
        if (index == keys.length) {
            keys = Arrays.copyOf(keys, index * 2);
            generations = Arrays.copyOf(generations, index * 2);
        }
        keys[index] = key;
        return (long) generations[index] << 32 | index;
    }

    /** Returns {@code null} if there is no such key any more. */
    SmcSelectionKey get(long id) {
        int index = (int) id;
        return index >= 0 && index < used && generations[index] == (int) (id >>> 32) ? keys[index] : null;
    }

    void remove(long id) {
        int index = (int) id;
        keys[index] = null;
        generations[index] = generations[index] + 1 & Integer.MAX_VALUE;
        free.add(index);
    }
}
