package io.smc4j.engine.nio.select;

import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.util.function.Consumer;

/**
 * What a selection comes upon, and how it tells: by the selected keys, or by a call of an action for each key. For the
 * selecting thread.
 */
final class ReadyKeys {

    private final SelectedKeySet selected = new SelectedKeySet();
    private Consumer<SelectionKey> action;
    private boolean selecting;
    private boolean any;
    private int count;

    SelectedKeySet selected() {
        return selected;
    }

    /**
     * A selection begins.
     *
     * @param action what to call for each ready key; {@code null} to select it
     * @throws IllegalStateException if the action of a selection under way wants another
     */
    void begin(Consumer<SelectionKey> action) {
        if (selecting) {
            throw new IllegalStateException("select in progress");
        }
        this.action = action;
        selecting = true;
        any = false;
        count = 0;
    }

    /** The selection is over, by an exception perhaps. */
    void end() {
        selecting = false;
        action = null;
    }

    /**
     * Whether the selection came upon a ready key. One that was selected before, and has been left in the set, does not
     * count as an update, but ends the selection all the same.
     */
    boolean any() {
        return any;
    }

    /** How many keys were updated: what a selection returns. */
    int count() {
        return count;
    }

    /**
     * Tells of a key.
     *
     * @param ops what it is ready for; nothing happens if that is nothing
     * @throws ClosedSelectorException if the selector was closed in the action
     */
    void report(SmcSelectionKey key, int ops) {
        if (ops == 0) {
            return;
        }
        any = true;
        if (action != null) {
            key.setReady(ops);
            action.accept(key);
            if (!key.selector().isOpen()) {
                throw new ClosedSelectorException();
            }
            count++;
        } else if (selected.insert(key)) {
            key.setReady(ops);
            count++;
        } else {
            int before = key.ready();
            key.setReady(before | ops);
            count += (before | ops) == before ? 0 : 1;
        }
    }
}
