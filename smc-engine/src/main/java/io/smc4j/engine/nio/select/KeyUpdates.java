package io.smc4j.engine.nio.select;

import java.util.ArrayList;
import java.util.List;

/** Keys that have changed, noted by any thread until the selecting thread looks at them. */
final class KeyUpdates {

    private List<SmcSelectionKey> queued = new ArrayList<>();
    private List<SmcSelectionKey> spare = new ArrayList<>();
    private volatile boolean any;

    boolean any() {
        return any;
    }

    /** Notes a key unless it is noted. */
    synchronized void add(SmcSelectionKey key) {
        if (!key.updateQueued) {
            key.updateQueued = true;
            queued.add(key);
            any = true;
        }
    }

    /** Takes what was noted; the caller empties the list before the next call. For the selecting thread. */
    synchronized List<SmcSelectionKey> take() {
        List<SmcSelectionKey> taken = queued;
        queued = spare;
        spare = taken;
        any = false;
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).updateQueued = false;
        }
        return taken;
    }
}
