package io.smc4j.engine.nio.select;

import java.nio.channels.SelectionKey;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The selected keys of one selector: an array of keys, each of which knows its index, so that nothing is hashed and
 * nothing but the iterator is allocated. Users can remove keys; only the selector can insert them.
 *
 * <p>Not thread-safe. Iterators are fail-fast, as {@link java.nio.channels.Selector} promises of its sets.
 */
final class SelectedKeySet extends AbstractSet<SelectionKey> {

    private static final int INITIAL_CAPACITY = 32;

    private IndexedKey[] keys = new IndexedKey[INITIAL_CAPACITY];
    private int size;
    private int modifications;

    /**
     * Adds a key of the selector that owns this set.
     *
     * @return whether the key was not there before
     */
    boolean insert(IndexedKey key) {
        if (contains(key)) {
            return false;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        key.selectedIndex = size;
        keys[size++] = key;
        modifications++;
        return true;
    }

    @Override
    public boolean contains(Object o) {
        // A key of another selector's set has an index too, but is not what stands there.
        return o instanceof IndexedKey key
                && key.selectedIndex >= 0 && key.selectedIndex < size && keys[key.selectedIndex] == key;
    }

    @Override
    public boolean remove(Object o) {
        if (!contains(o)) {
            return false;
        }
        removeAt(((IndexedKey) o).selectedIndex);
        return true;
    }

    /** Fills the gap with the last key. */
    private void removeAt(int index) {
        keys[index].selectedIndex = -1;
        IndexedKey last = keys[--size];
        keys[size] = null;
        if (index < size) {
            keys[index] = last;
            last.selectedIndex = index;
        }
        modifications++;
    }

    @Override
    public void clear() {
        for (int i = 0; i < size; i++) {
            keys[i].selectedIndex = -1;
            keys[i] = null;
        }
        size = 0;
        modifications++;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Iterator<SelectionKey> iterator() {
        return new Backwards();
    }

    /** Goes from the last key to the first, so that the key which fills a gap is always one already visited. */
    private final class Backwards implements Iterator<SelectionKey> {

        private int next = size - 1;
        private int current = -1;
        private int expectedModifications = modifications;

        @Override
        public boolean hasNext() {
            return next >= 0;
        }

        @Override
        public SelectionKey next() {
            requireUnmodified();
            if (next < 0) {
                throw new NoSuchElementException();
            }
            current = next--;
            return keys[current];
        }

        @Override
        public void remove() {
            if (current < 0) {
                throw new IllegalStateException("no key to remove");
            }
            requireUnmodified();
            removeAt(current);
            current = -1;
            expectedModifications = modifications;
        }

        private void requireUnmodified() {
            if (expectedModifications != modifications) {
                throw new ConcurrentModificationException();
            }
        }
    }
}
