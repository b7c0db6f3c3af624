package io.smc4j.engine.nio.select;

import java.nio.channels.spi.AbstractSelectionKey;

/** A key that knows its place in its selector's {@link SelectedKeySet}. */
abstract class IndexedKey extends AbstractSelectionKey {

    /** Kept by the set alone; -1 while the key is not selected. */
    int selectedIndex = -1;
}
