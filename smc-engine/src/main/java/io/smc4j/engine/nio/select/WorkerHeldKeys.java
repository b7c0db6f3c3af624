package io.smc4j.engine.nio.select;

/**
 * Keys that are selected for nothing: their channels are in the hands of other threads, which need a processor to work
 * at them. For the selecting thread.
 */
final class WorkerHeldKeys {

    /** If none was lent for so long, those that are out are paused rather than worked at. Nanoseconds. */
    static final long MEMORY = 10_000_000;

    private int count;
    private long lentAt;

    /** Takes note of what a key is selected for. */
    void update(SmcSelectionKey key) {
        if (key.interest() != 0) {
            remove(key);
        } else if (!key.lent) {
            key.lent = true;
            count++;
            lentAt = System.nanoTime();
        }
    }

    void remove(SmcSelectionKey key) {
        if (key.lent) {
            key.lent = false;
            count--;
        }
    }

    int count() {
        return count;
    }

    /** Whether others want a processor for what they have been handed. */
    boolean areInUse() {
        return count > 0 && System.nanoTime() - lentAt < MEMORY;
    }
}
