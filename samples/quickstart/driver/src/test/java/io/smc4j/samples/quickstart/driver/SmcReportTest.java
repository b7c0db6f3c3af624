package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.samples.quickstart.driver.SmcReport.Connection;
import io.smc4j.samples.quickstart.driver.SmcReport.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmcReportTest {

    private static final Connection ON_SMC = new Connection("CLIENT", "127.0.0.1:8081", "SMCD", null);
    private static final Connection DENIED =
            new Connection("CLIENT", "127.0.0.1:8081", "TCP", new Reason("POLICY", "denied by policy"));

    @Test
    void hopIsSmcIfAllItsConnectionsAre() {
        HopMode mode = report(ON_SMC, ON_SMC).hopMode(8081);

        assertThat(mode).isEqualTo(new HopMode("SMCD", 2, null));
        assertThatCode(() -> mode.requireSmc("hop")).doesNotThrowAnyException();
    }

    @Test
    void oneConnectionOnTcpMakesTheHopTcp() {
        HopMode mode = report(ON_SMC, DENIED, ON_SMC).hopMode(8081);

        assertThat(mode).isEqualTo(new HopMode("TCP", 3, "denied by policy"));
        assertThatExceptionOfType(QuickstartException.class).isThrownBy(() -> mode.requireSmc("WebClient to Tomcat"))
                .withMessage("WebClient to Tomcat should run on SMC but runs on TCP: denied by policy");
    }

    @Test
    void onlyOutgoingConnectionsToTheServerThatHaveAModeCount() {
        Connection accepted = new Connection("SERVER", "127.0.0.1:8081", "TCP", null);
        Connection elsewhere = new Connection("CLIENT", "127.0.0.1:18081", "TCP", null);
        Connection negotiating = new Connection("CLIENT", "127.0.0.1:8081", null, null);

        assertThat(report(accepted, elsewhere, negotiating, ON_SMC).hopMode(8081))
                .isEqualTo(new HopMode("SMCD", 1, null));
    }

    @Test
    void hopWithoutConnectionsIsNotSmc() {
        HopMode mode = report().hopMode(8081);

        assertThat(mode.isSmc()).isFalse();
        assertThat(mode.reason()).isNotBlank();
    }

    @Test
    void nothingIsSmcWhereItIsOff() {
        SmcReport off = new SmcReport(false, "smc.enabled is false", List.of());

        assertThat(off.hopMode(8081)).hasToString("TCP (smc.enabled is false)");
    }

    private static SmcReport report(Connection... connections) {
        return new SmcReport(true, null, List.of(connections));
    }
}
