package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    @Test
    void handsOutUpToTheLimit() {
        MemoryBudget budget = new MemoryBudget(100);

        assertThat(budget.tryReserve(60)).isTrue();
        assertThat(budget.tryReserve(41)).isFalse();
        assertThat(budget.tryReserve(40)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void leavesAQuarterWhereMoreIsGoodToHave() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.tryReserve(50);

        assertThat(budget.tryReserveMore(26)).isFalse();
        assertThat(budget.tryReserveMore(25)).isTrue();
        assertThat(budget.tryReserveMore(1)).isFalse();
        assertThat(budget.tryReserve(25)).isTrue();
    }

    @Test
    void canReuseWhatWasReleased() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.tryReserve(100);

        budget.giveBack(30);

        assertThat(budget.tryReserve(30)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
    }

    @Test
    void isNeverExceededByThreadsThatReserveAtOnce() {
        MemoryBudget budget = new MemoryBudget(1000);

        long granted = IntStream.range(0, 5000).parallel().filter(i -> budget.tryReserve(3)).count();

        assertThat(granted).isEqualTo(333);
        assertThat(budget.used()).isEqualTo(999);
    }
}
