package io.smc4j.engine.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.smcd.Gid;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LearnedTest {

    private static final InetSocketAddress CALLED = new InetSocketAddress("10.0.0.1", 80);
    private static final Gid ENGINE = Gid.random();
    private static final Gid OTHER = Gid.random();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Learned learned = new Learned(TimeUnit.SECONDS.toNanos(30), clock::get);

    private void pass(long seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void asksLessAndLessOftenWhereNobodyIsFound() {
        assertThat(learned.isNobodys(CALLED)).isFalse();
        learned.nobody(CALLED);
        assertThat(learned.isNobodys(CALLED)).isTrue();
        pass(1);
        assertThat(learned.isNobodys(CALLED)).isFalse();
        for (int i = 0; i < 100; i++) {
            learned.nobody(CALLED);
        }
        pass(9);
        assertThat(learned.isNobodys(CALLED)).isTrue();
        pass(1);
        assertThat(learned.isNobodys(CALLED)).isFalse();
    }

    @Test
    void asksAtOnceWhenSomebodyHasCome() {
        learned.nobody(CALLED);

        learned.forgetNobodys();

        assertThat(learned.isNobodys(CALLED)).isFalse();
    }

    /** A balanced address leads to an engine now and then only. */
    @Test
    void goesOnAskingWhereSomebodyWasFound() {
        learned.prove(CALLED, ENGINE);
        learned.nobody(CALLED);

        assertThat(learned.isNobodys(CALLED)).isFalse();
        assertThat(learned.isProven(CALLED, ENGINE)).isTrue();
    }

    /** An address may have moved to somebody who does not speak SMC. */
    @Test
    void asksLessWhereNobodyIsFoundAnyMore() {
        learned.prove(CALLED, ENGINE);
        for (int i = 0; i < 100; i++) {
            learned.nobody(CALLED);
        }
        assertThat(learned.isNobodys(CALLED)).isTrue();
        pass(10);
        assertThat(learned.isNobodys(CALLED)).isFalse();
    }

    /** Who has had a connection is asked first, until another turns out to have one, or nobody. */
    @Test
    void knowsWhoseAnAddressIs() {
        assertThat(learned.owner(CALLED)).isNull();
        learned.prove(CALLED, ENGINE);
        assertThat(learned.owner(CALLED)).isEqualTo(ENGINE);
        learned.nobody(CALLED);
        assertThat(learned.owner(CALLED)).isNull();
        learned.prove(CALLED, OTHER);
        assertThat(learned.owner(CALLED)).isEqualTo(OTHER);
    }

    @Test
    void trustsWhoHasHadAConnection() {
        assertThat(learned.isProven(CALLED, ENGINE)).isFalse();
        learned.prove(CALLED, ENGINE);
        assertThat(learned.isProven(CALLED, ENGINE)).isTrue();
        assertThat(learned.isProven(CALLED, OTHER)).isFalse();

        learned.disprove(CALLED, ENGINE);
        assertThat(learned.isLiar(CALLED, ENGINE)).as("it may only have been slow").isFalse();
    }

    @Test
    void doesNotBelieveWhoHasLiedForAWhile() {
        learned.disprove(CALLED, OTHER);

        assertThat(learned.isLiar(CALLED, OTHER)).isTrue();
        assertThat(learned.isLiar(CALLED, ENGINE)).isFalse();
        assertThat(learned.isLiar(new InetSocketAddress("10.0.0.1", 81), OTHER)).isFalse();
        pass(30);
        assertThat(learned.isLiar(CALLED, OTHER)).isFalse();
    }

    @Test
    void doesNotGrowWithoutEnd() {
        for (int i = 0; i < 10_000; i++) {
            learned.nobody(new InetSocketAddress("10.0." + i / 250 + "." + i % 250, 80));
        }
        assertThat(learned.size()).isLessThanOrEqualTo(4096);
    }
}
