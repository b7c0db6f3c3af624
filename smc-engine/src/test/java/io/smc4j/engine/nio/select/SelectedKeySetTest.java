package io.smc4j.engine.nio.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SelectedKeySetTest {

    private static final int KEYS = 100;

    private final SelectedKeySet set = new SelectedKeySet();
    private final List<Key> keys = IntStream.range(0, KEYS).mapToObj(i -> new Key()).toList();

    @Test
    void holdsAKeyOnce() {
        assertThat(set.insert(keys.get(0))).isTrue();
        assertThat(set.insert(keys.get(0))).isFalse();
        assertThat(set).containsExactly(keys.get(0));
    }

    @Test
    void growsBeyondItsInitialCapacity() {
        keys.forEach(set::insert);
        assertThat(set).hasSize(KEYS).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void isSpentByTheIdiomOfSelectLoops() {
        keys.forEach(set::insert);
        Set<SelectionKey> visited = new HashSet<>();
        for (Iterator<SelectionKey> i = set.iterator(); i.hasNext();) {
            SelectionKey key = i.next();
            i.remove();
            assertThat(visited.add(key)).isTrue();
            assertThat(set).doesNotContain(key);
        }
        assertThat(visited).hasSize(KEYS);
        assertThat(set).isEmpty();
        assertThat(keys).allMatch(set::insert);
    }

    @Test
    void leavesAdditionToTheSelector() {
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> set.add(keys.get(0)));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> set.addAll(keys));
    }

    @Test
    void isNotConfusedByKeysOfAnotherSelector() {
        SelectedKeySet other = new SelectedKeySet();
        set.insert(keys.get(0));
        other.insert(keys.get(1));
        assertThat(set.contains(keys.get(1))).isFalse();
        assertThat(set.remove(keys.get(1))).isFalse();
        assertThat(set.remove("no key")).isFalse();
        assertThat(set.remove(null)).isFalse();
        assertThat(other).containsExactly(keys.get(1));
    }

    @Test
    void failsFastWhenChangedUnderAnIterator() {
        keys.forEach(set::insert);
        Iterator<SelectionKey> iterator = set.iterator();
        iterator.next();
        set.remove(keys.get(0));
        assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(iterator::next);
        assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(iterator::remove);
    }

    @Test
    void keepsTheRulesOfIterators() {
        set.insert(keys.get(0));
        Iterator<SelectionKey> iterator = set.iterator();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(iterator::remove);
        iterator.next();
        iterator.remove();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(iterator::remove);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
    }

    enum Operation { INSERT, REMOVE, ITERATE_AND_REMOVE_SOME, RETAIN_SOME, CLEAR }

    record Step(Operation operation, int key) {
    }

    @Property
    void behavesAsAHashSet(@ForAll @Size(max = 200) List<Operation> operations,
            @ForAll @Size(value = 200) List<@IntRange(max = KEYS - 1) Integer> arguments) {
        SelectedKeySet actual = new SelectedKeySet();
        Set<SelectionKey> model = new HashSet<>();
        List<Key> universe = IntStream.range(0, KEYS).mapToObj(i -> new Key()).toList();
        for (int i = 0; i < operations.size(); i++) {
            apply(new Step(operations.get(i), arguments.get(i)), universe, actual, model);
            assertThat(actual.size()).isEqualTo(model.size());
            assertThat(actual.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(universe).allMatch(k -> actual.contains(k) == model.contains(k));
            assertThat(new ArrayList<>(actual)).containsExactlyInAnyOrderElementsOf(model);
        }
    }

    private static void apply(Step step, List<Key> universe, SelectedKeySet actual, Set<SelectionKey> model) {
        Key key = universe.get(step.key());
        Set<Key> some = new HashSet<>(universe.subList(0, step.key()));
        switch (step.operation()) {
            case INSERT -> assertThat(actual.insert(key)).isEqualTo(model.add(key));
            case REMOVE -> assertThat(actual.remove(key)).isEqualTo(model.remove(key));
            case ITERATE_AND_REMOVE_SOME -> assertThat(actual.removeIf(some::contains))
                    .isEqualTo(model.removeIf(some::contains));
            case RETAIN_SOME -> assertThat(actual.retainAll(some)).isEqualTo(model.retainAll(some));
            case CLEAR -> {
                actual.clear();
                model.clear();
            }
        }
    }

    private static final class Key extends IndexedKey {

        @Override
        public SelectableChannel channel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Selector selector() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int interestOps() {
            return 0;
        }

        @Override
        public SelectionKey interestOps(int ops) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int readyOps() {
            return 0;
        }
    }
}
