package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestartTest {

    private static final int PORT = 8082;

    private static SmcReport.Connection connection(String mode, String reason) {
        return new SmcReport.Connection("CLIENT", "127.0.0.1:" + PORT, mode,
                reason == null ? null : new SmcReport.Reason(reason, "text"));
    }

    private static Restart restart(SmcReport.Connection... connections) {
        return Restart.of(new SmcReport(true, null, Arrays.asList(connections)), PORT);
    }

    @Test
    void tellsWhyConnectionsAreNotOnSmc() {
        Restart seen = restart(connection("SMCD", null), connection("TCP", "RECENT_FAILURE"),
                connection("TCP", "RECENT_FAILURE"), connection("TCP", null), connection(null, null));

        assertThat(seen.onSmc()).isEqualTo(1);
        assertThat(seen.others())
                .isEqualTo(Map.of("RECENT_FAILURE", 2L, "no reason given", 1L, "under negotiation", 1L));
        assertThat(seen.share()).isEqualTo(0.2);
        assertThat(seen.isReached()).isFalse();
        assertThat(seen).hasToString("1 of 5 connections on SMC, else {RECENT_FAILURE=2, no reason given=1, "
                + "under negotiation=1}");
    }

    @Test
    void leavesOutConnectionsToOthersAndOfServers() {
        Restart seen = restart(connection("SMCD", null),
                new SmcReport.Connection("CLIENT", "127.0.0.1:1" + PORT, "TCP", null),
                new SmcReport.Connection("SERVER", "127.0.0.1:" + PORT, "TCP", null));

        assertThat(seen).hasToString("1 of 1 connections on SMC");
    }

    @Test
    void isReachedWithNineteenOfTwenty() {
        List<SmcReport.Connection> all = new ArrayList<>(Collections.nCopies(19, connection("SMCR", null)));
        all.add(connection("TCP", "TIMEOUT"));
        assertThat(restart(all.toArray(SmcReport.Connection[]::new)).isReached()).isTrue();
        all.remove(0);
        assertThat(restart(all.toArray(SmcReport.Connection[]::new)).isReached()).isFalse();
    }

    @Test
    void isNotReachedWithoutConnections() {
        assertThat(restart().isReached()).isFalse();
    }
}
