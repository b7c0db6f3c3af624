package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Rdma;
import io.smc4j.engine.SmcSnapshot.SharedMemory;
import io.smc4j.engine.report.Platform;
import io.smc4j.engine.report.ReportText;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ReportTextTests {

    static String text(SmcRuntime runtime) {
        SmcSnapshot snapshot = runtime.snapshot();
        return new ReportText(runtime.unavailabilityCause(), snapshot, snapshot.connections(),
                runtime.policyTable().rules()).toString();
    }

    @Test
    void showsConnectionsAndSums() {
        assertThat(text(new StubSmcRuntime())).isEqualTo("""
                SMC is on
                Java %s, %s
                Shared memory by directory /run/smc4j
                  engine 0000000000000000000000000000002b
                  engine 0000000000000000000000000000002d
                Listener that has told of SMC by HTTP: 10.9.0.3:8080
                RDMA by verbs

                State          Role    Local Address    Peer Address                Mode                       Send \
                Ring  Recv Ring  Bytes Sent  Bytes Recv  Link Group  Link
                ACTIVE         CLIENT  127.0.0.1:40000  127.0.0.1:8080              SMCD                          256 \
                KB      64 KB     1234567          89           1     -
                ACTIVE         SERVER  127.0.0.1:8080   [fd00:0:0:0:0:0:0:1]:40001  TCP \
                0x03010000                     -          -           5           6           -     -
                ACTIVE         CLIENT  127.0.0.1:40002  127.0.0.1:9090              TCP \
                0x05000000/0x03030000          -          -           7           8           -     -
                INIT           CLIENT  -                example.com:80              \
                -                                  -          -           0           0           -     -
                APPCLOSEWAIT1  SERVER  10.9.0.1:8080    10.9.0.2:40004              SMCR                          128 \
                KB      64 KB           9          10           2     1

                Link Group  Mode  Role    Type    Version  EID    Peer Host  Peer GID                          Peer \
                PID  Connections  Max  Ring Memory
                         1  SMCD  CLIENT  -             -  -      -          0000000000000000000000000000002b      \
                4711            1    -        64 KB
                         2  SMCR  SERVER  SINGLE        2  SMC4J  hostb      0000000000000000000000000000002c         \
                -            1  255        64 KB

                Link Group  Link  State   IB Device  Port  GID                                      Peer \
                GID                                 QPN  Peer QPN  Connections
                         2     1  ACTIVE  rxe_a         1  0000:0000:0000:0000:0000:ffff:0a09:0001  \
                0000:0000:0000:0000:0000:ffff:0a09:0002   17        18            1

                Net Device  IB Device  Port  State     Links  GIDs
                eth0        rxe_a         1  ACTIVE        1  0 v2 fe80:0000:0000:0000:5054:00ff:fe00:000a
                                                              1 v2 0000:0000:0000:0000:0000:ffff:0a09:0001
                -           mlx5_0        1  INACTIVE      0  -

                Handshakes   10 SMC, 3 fallback, 0 failed
                Bytes SMCD   1234567 sent, 89 received
                Bytes SMCR   9 sent, 10 received
                Bytes TCP    12 sent, 14 received
                Ring memory  128 KB of 512 MB in use

                Fallback Reason   Code        Count  Meaning
                PEER_WITHOUT_SMC  0x03010000      2  peer did not announce SMC; run smc4j on the other side as well
                PEER_DECLINED     0x05000000      1  peer declined; see the peer's diagnosis code and its own log

                Mode  Link Group  Sent/s 1s  10s  60s  Received/s 1s  10s  60s  Unread  For  Stalled  Peer Stalled
                SMCD         all        100   10    1            200   20    2     300  7 s      8 s           9 s
                SMCR         all          0    0    0              0    0    0       0  0 s      0 s           0 s
                TCP          all          0    0    0              0    0    0       0  0 s      0 s           0 s
                SMCD           1        100   10    1            200   20    2     300  7 s      8 s           9 s
                Slow readers  1 now, 4 episodes
                Slow Reader      Peer Address    Mode  Since                 Unread
                127.0.0.1:40000  127.0.0.1:8080  SMCD  2026-01-02T03:04:05Z     300

                Statistics since 2026-01-02T03:04:05Z
                Role    Connections  SMC  Fallback  Handshake Errors
                CLIENT           20    5        10                 5
                SERVER            0    0         0                 0
                Mode  Direction  Bytes  Calls  8K  16K  32K  64K  128K  256K  512K  1M  >1M
                SMCD  write      50000      5   0    5    0    0     0     0     0   0    0
                SMCD  read           0      0   0    0    0    0     0     0     0   0    0
                SMCR  write          0      0   0    0    0    0     0     0     0   0    0
                SMCR  read           0      0   0    0    0    0     0     0     0   0    0
                TCP   write          0      0   0    0    0    0     0     0     0   0    0
                TCP   read           0      0   0    0    0    0     0     0     0   0    0
                Rings      5 full (local), 10 full (remote), 15 too small, 20 grown, 25 reused
                Doorbells  30 rung, 35 spared
                Polls      40 met, 45 in vain; 50 naps

                Statistics since the reset at 2026-01-02T03:05:05Z
                Role    Connections  SMC  Fallback  Handshake Errors
                CLIENT           12    3         6                 3
                SERVER            0    0         0                 0
                Mode  Direction  Bytes  Calls  8K  16K  32K  64K  128K  256K  512K  1M  >1M
                SMCD  write      30000      3   0    3    0    0     0     0     0   0    0
                SMCD  read           0      0   0    0    0    0     0     0     0   0    0
                SMCR  write          0      0   0    0    0    0     0     0     0   0    0
                SMCR  read           0      0   0    0    0    0     0     0     0   0    0
                TCP   write          0      0   0    0    0    0     0     0     0   0    0
                TCP   read           0      0   0    0    0    0     0     0     0   0    0
                Rings      3 full (local), 6 full (remote), 9 too small, 12 grown, 15 reused
                Doorbells  18 rung, 21 spared
                Polls      24 met, 27 in vain; 30 naps
                """.formatted(Platform.java(), Platform.os()));
    }

    @Test
    void saysWhyRdmaIsOff() {
        Rdma none = new Rdma(RdmaConfig.Provider.NONE, FallbackReason.NO_RDMA_LIBRARY, List.of());
        assertThat(text(new StubSmcRuntime(SmcConfig.defaults(), StubSmcRuntime.sample(none))))
                .contains("""
                        RDMA is off: no libibverbs; install libibverbs1 and ibverbs-providers (rdma-core)

                        State""")
                .doesNotContain("Net Device");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "-          | -                        | ''",
            "-          | /srv/smc does not exist  | No directory for shared memory: /srv/smc does not exist",
            "/run/smc4j | no socket in /run/smc4j  | Shared memory by directory /run/smc4j: no socket in /run/smc4j"})
    void saysWhatStandsAgainstTheDirectory(String directory, String objection, String line) {
        SmcSnapshot none = SmcSnapshot.none(0);
        SmcSnapshot snapshot = new SmcSnapshot(none.gid(), List.of(), List.of(), none.handshakes(), none.fallbacks(),
                none.bytes(), SmcResources.ofRingMemory(0, 0),
                new SharedMemory(directory, objection, List.of()), none.rdma(), List.of(),
                none.statistics(), none.monitor());
        List<String> lines = text(new StubSmcRuntime(SmcConfig.defaults(), snapshot)).lines()
                .toList();
        assertThat(lines.get(2)).isEqualTo(line);
    }

    @Test
    void showsWhatIsUsedOfWhatIsBounded() {
        assertThat(text(new StubSmcRuntime(SmcConfig.defaults(), scarce()))).contains(
                "\nResource       Used  Limit  Highest\n"
                        + "ring memory  512 KB   1 MB     1 MB\n"
                        + "descriptors       7      -        9\n"
                        + "link groups     900   1024      901  scarce: "
                        + SmcResources.Kind.LINK_GROUPS.lever() + "\n");
    }

    static SmcSnapshot scarce() {
        SmcSnapshot none = SmcSnapshot.none(0);
        return new SmcSnapshot(none.gid(), List.of(), List.of(), none.handshakes(), none.fallbacks(), none.bytes(),
                new SmcResources(80, Map.of(SmcResources.Kind.RING_MEMORY,
                        new SmcResources.Resource(512 * 1024, 1024 * 1024L, 1024 * 1024, false),
                        SmcResources.Kind.LINK_GROUPS, new SmcResources.Resource(900, 1024L, 901, true),
                        SmcResources.Kind.DESCRIPTORS, new SmcResources.Resource(7, null, 9, false))),
                none.sharedMemory(), none.rdma(), List.of(), none.statistics(), none.monitor());
    }

    @Test
    void showsTheRulesInForce() {
        SmcConfig config = SmcConfig.builder().policy(new SmcPolicy(List.of(
                SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, SmcPolicy.Direction.OUTBOUND, null, "10.0.0.0/8", "80"))))
                .build();
        List<String> lines = text(new StubSmcRuntime(config, StubSmcRuntime.sample())).lines()
                .toList();
        assertThat(lines).anySatisfy((line) -> assertThat(line).matches("Rule +Origin +Action .*Hits +Expiry +Note"))
                .anySatisfy((line) -> assertThat(line)
                        .matches("c0 +CONFIGURED +DENY +OUTBOUND +\\S* +10\\.0\\.0\\.0/8 +80 +0 .*"));
    }

    @Test
    void saysWhySmcIsOff() {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SmcAutoConfiguration.class))
                .withPropertyValues("smc.enabled=false")
                .run((context) -> assertThat(text(context.getBean(SmcRuntime.class)))
                        .startsWith("SMC is off: smc.enabled is false\nJava ")
                        .contains("\n\nState  Role  Local Address  Peer Address  Mode")
                        .contains("Handshakes   0 SMC, 0 fallback, 0 failed\n")
                        .doesNotContain("RDMA", "Ring Memory", "QPN", "IB Device", "Fallback Reason"));
    }
}
