package io.smc4j.engine.link;

import io.smc4j.engine.os.OsException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What is told to a thread that is about to sleep, or to look. The one who tells stores news, then a ready bit, then
 * looks whether the owner sleeps; the owner says that it sleeps, then looks for bits. Each has stored before it looks,
 * and a full fence stands between: the atomic operation on the bit there, the fence in {@link Doorbell#arm()} here.
 * With either missing, both could look at what was before the other's store.
 */
abstract class DoorbellStress {

    static final int CONNECTION = 70;

    final StubLinkGroup group = new StubLinkGroup();
    final Doorbell doorbell;
    final DoorbellSlot slot;
    /** What the connection's listener has found, or 0 if it was not asked to look. */
    int found;

    DoorbellStress() {
        try {
            doorbell = new Doorbell(1);
        } catch (OsException e) {
            throw new UncheckedIOException(e);
        }
        slot = doorbell.slot(group);
        slot.listen(CONNECTION, this::look);
    }

    private void look() {
        found = (int) ValueLayout.JAVA_INT.varHandle().getOpaque(group.own(), 0L);
    }

    void storeNews(int value) {
        ValueLayout.JAVA_INT.varHandle().setOpaque(group.own(), 0L, value);
    }

    boolean ring() {
        return ReadyBits.set(group.own(), slot.number(), CONNECTION);
    }

    /** Who goes to sleep finds the bit, or is woken. */
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "woken, or seen before it slept")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class ArmAndRing extends DoorbellStress {

        @Actor
        public void ringer(II_Result result) {
            result.r1 = ring() ? 1 : 0;
        }

        @Actor
        public void owner(II_Result result) {
            doorbell.arm();
            result.r2 = doorbell.isRung() ? 1 : 0;
        }

        @Arbiter
        public void close(II_Result result) {
            doorbell.close();
        }
    }

    /** Who takes a bit finds the news for which it was found set and left alone, or finds it set once more. */
    @JCStressTest
    @Outcome(id = {"2, 0", "2, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "found, or told once more")
    @Outcome(expect = Expect.FORBIDDEN, desc = "news that nobody looks for")
    @State
    public static class DrainAndRing extends DoorbellStress {

        public DrainAndRing() {
            storeNews(1);
            ring();
        }

        @Actor
        public void ringer() {
            storeNews(2);
            ring();
        }

        @Actor
        public void owner(II_Result result) {
            doorbell.drain();
            result.r1 = found;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = doorbell.isRung() ? 1 : 0;
            doorbell.close();
        }
    }
}
