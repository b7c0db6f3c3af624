package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ReportTextTests {

    @Test
    void showsConnectionsAndSums() {
        assertThat(new ReportText(StubSmcRuntime.sample()).toString()).isEqualTo("""
                SMC is on
                Java 25, Linux 6.1 amd64

                State   Role    Local Address    Peer Address     Mode                       Send Ring  Recv Ring  Bytes Sent  Bytes Recv
                ACTIVE  CLIENT  127.0.0.1:40000  127.0.0.1:8080   SMCD                          256 KB      64 KB     1234567          89
                ACTIVE  SERVER  127.0.0.1:8080   [fd00::1]:40001  TCP 0x03010000                     -          -           5           6
                ACTIVE  CLIENT  127.0.0.1:40002  127.0.0.1:9090   TCP 0x05000000/0x03030000          -          -           7           8
                INIT    CLIENT  127.0.0.1:40003  127.0.0.1:8080   -                                  -          -           0           0

                Link Group  Role    Peer GID                          Peer PID  Connections  Ring Memory
                1           CLIENT  0000000000000000000000000000002b      4711            1        64 KB

                Handshakes   10 SMC, 3 fallback, 1 failed
                Bytes SMCD   1234567 sent, 89 received
                Bytes SMCR   0 sent, 0 received
                Bytes TCP    12 sent, 14 received
                Ring memory  64 KB of 512 MB in use

                Fallback Reason   Code        Count  Meaning
                PEER_WITHOUT_SMC  0x03010000      2  peer did not announce SMC; run smc4j on the other side as well
                PEER_DECLINED     0x05000000      1  peer declined
                """);
    }

    @Test
    void saysWhySmcIsOff() {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SmcAutoConfiguration.class))
                .withPropertyValues("smc.enabled=false")
                .run((context) -> assertThat(new ReportText(context.getBean(SmcRuntime.class).report()).toString())
                        .startsWith("SMC is off: smc.enabled is false\nJava ")
                        .contains("\n\nState  Role  Local Address  Peer Address  Mode")
                        .contains("Handshakes   0 SMC, 0 fallback, 0 failed\n")
                        .doesNotContain("Link Group", "Fallback Reason"));
    }
}
