package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.os.UnixSockets.Credentials;
import io.smc4j.engine.smcd.LinkGroupLimits.Seat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkGroupLimitsTest {

    private static final int USER = 1000;

    private final LinkGroupLimits limits = new LinkGroupLimits();

    private static Credentials process(int pid, int uid) {
        return new Credentials(pid, uid, uid);
    }

    private List<Seat> takeAll(Credentials process) {
        List<Seat> taken = new ArrayList<>();
        for (Seat seat = limits.take(process); seat != null; seat = limits.take(process)) {
            taken.add(seat);
        }
        return taken;
    }

    @Test
    void oneProcessDoesNotKeepAnotherOfItsUserOut() {
        assertThat(takeAll(process(1, USER))).hasSize(LinkGroupLimits.MOST_PER_PROCESS);

        assertThat(limits.take(process(2, USER))).isNotNull();
    }

    @Test
    void noUserKeepsAnotherOutHoweverManyTryTo() {
        for (int user = USER; user < USER + 8; user++) {
            int taken = 0;
            for (int pid = 1; pid <= LinkGroupLimits.MOST; pid++) {
                taken += takeAll(process(user * 10_000 + pid, user)).size();
            }
            assertThat(taken).as("link groups of user %d", user).isPositive()
                    .isLessThanOrEqualTo(LinkGroupLimits.MOST / 2);
        }
        assertThat(limits.take(process(1, USER - 1))).isNotNull();
    }

    @Test
    void boundsByTheUserWhereTheProcessIsNotSeen() {
        assertThat(takeAll(process(0, USER))).hasSize(LinkGroupLimits.MOST / 2);

        assertThat(limits.take(process(0, USER + 1))).isNotNull();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgainButOnlyOnce() {
        List<Seat> taken = takeAll(process(1, USER));

        taken.get(0).release();
        taken.get(0).release();

        assertThat(limits.take(process(1, USER))).isNotNull();
        assertThat(limits.take(process(1, USER))).isNull();
    }
}
