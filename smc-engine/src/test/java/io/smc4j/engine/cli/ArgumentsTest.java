package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    private static final SmcConfig.SharedMemory DEFAULTS = SmcConfig.defaults().sharedMemory();

    @Test
    void nothingMeansProbe() throws Exception {
        assertThat(Arguments.parse()).isEqualTo(new Command.ProbeMachine(DEFAULTS, false));
        assertThat(Arguments.parse("--json")).isEqualTo(new Command.ProbeMachine(DEFAULTS, true));
    }

    @Test
    void probesTheDirectoryThatIsNamed() throws Exception {
        assertThat(Arguments.parse("--directory", "/srv/smc")).isEqualTo(
                new Command.ProbeMachine(new SmcConfig.SharedMemory(true, "/srv/smc", List.of()), false));
    }

    @Test
    void helpWinsOverEverythingElse() throws Exception {
        assertThat(Arguments.parse("listen", "--help")).isEqualTo(new Command.Help());
        assertThat(Arguments.parse("-h")).isEqualTo(new Command.Help());
        assertThat(Arguments.parse("-V", "--json")).isEqualTo(new Command.Version(true));
    }

    @Test
    void listensOnEveryAddressUnlessOneIsNamed() throws Exception {
        assertThat(listen("listen", "8080").address()).isEqualTo(new InetSocketAddress(8080));
        assertThat(listen("listen", "*:0").address()).isEqualTo(new InetSocketAddress(0));
        assertThat(listen("listen", "127.0.0.1:8080").address()).isEqualTo(new InetSocketAddress("127.0.0.1", 8080));
    }

    @Test
    void takesIpv6InBrackets() throws Exception {
        assertThat(connect("connect", "[::1]:80").address())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80));
    }

    @Test
    void readsOptionsBeforeAndAfterTheCommand() throws Exception {
        Command.Connect command = connect("--send-size", "64K", "connect", "127.0.0.1:80", "--receive-size=1M",
                "--memory-limit", "2GB", "--timeout", "1.5", "--json");
        assertThat(command.json()).isTrue();
        assertThat(command.transfer().timeout()).isEqualTo(Duration.ofMillis(1500));
        SmcConfig config = command.transfer().config();
        assertThat(config.buffers().sendSize()).isEqualTo(64 * 1024);
        assertThat(config.buffers().receiveSize()).isEqualTo(1024 * 1024);
        assertThat(config.memoryLimit()).isEqualTo(2L << 30);
        assertThat(config.handshakeTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.clientEnabled()).isTrue();
    }

    @Test
    void leavesTheNameOfWhoIsCheckedToTheCheck() throws Exception {
        Command.Check command = (Command.Check) Arguments.parse("check", "no-such-host.invalid:80", "--json");
        assertThat(command.address()).isEqualTo(InetSocketAddress.createUnresolved("no-such-host.invalid", 80));
        assertThat(command.json()).isTrue();
    }

    @Test
    void deniesRangesInBothDirections() throws Exception {
        SmcConfig config = connect("connect", "h:1", "--deny", "10.0.0.0/8", "--deny", "::1").transfer().config();
        assertThat(config.policy().allowsInbound(InetAddress.ofLiteral("10.1.2.3"), 80)).isFalse();
        assertThat(config.policy().allowsOutbound(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80))).isFalse();
        assertThat(config.policy().allowsInbound(InetAddress.ofLiteral("11.1.2.3"), 80)).isTrue();
    }

    @Test
    void switchesBothSidesOff() throws Exception {
        SmcConfig config = listen("--no-smc", "listen", "0").transfer().config();
        assertThat(config.clientEnabled()).isFalse();
        assertThat(config.serverEnabled()).isFalse();
    }

    @Test
    void usesEverythingUnlessToldOtherwise() throws Exception {
        assertThat(listen("listen", "0").transfer().config()).isEqualTo(SmcConfig.defaults());
    }

    @Test
    void readsWhatRdmaIsToUse() throws Exception {
        SmcConfig config = connect("connect", "h:1", "--no-shared-memory", "--rdma", "verbs", "--ueid", "SITE.A",
                "--ueid=SITE.B", "--rdma-device", "mlx5_0", "--gid-index", "3", "--no-syn-option").transfer().config();
        assertThat(config.sharedMemory().enabled()).isFalse();
        assertThat(config.synOption()).isFalse();
        assertThat(config.rdma())
                .isEqualTo(new RdmaConfig(RdmaConfig.Provider.VERBS, List.of("SITE.A", "SITE.B"), "mlx5_0",
                0, 3, List.of(), 2, 255));
    }

    @Test
    void readsWhereAndWithWhomToMeet() throws Exception {
        SmcConfig config = connect("connect", "h:1", "--directory", "/srv/smc", "--users=orders,1001,@smc").transfer()
                .config();
        assertThat(config.sharedMemory()).isEqualTo(
                new SmcConfig.SharedMemory(true, "/srv/smc", List.of("orders", "1001", "@smc")));
        assertThat(listen("listen", "0", "--directory=").transfer().config().sharedMemory().directory()).isEmpty();
    }

    @Test
    void knowsPeers() throws Exception {
        SmcConfig config = connect("connect", "h:1", "--peer", "10.0.0.0/8:80-81", "--peer=[fd00::1]:80").transfer()
                .config();
        assertThat(config.peers()).containsExactly(
                SmcConfig.Peer.parse("10.0.0.0/8:80-81"), SmcConfig.Peer.parse("[fd00::1]:80"));
    }

    @Test
    void lingersForAWhileUnlessToldForever() throws Exception {
        assertThat(listen("listen", "0").transfer().linger()).isEqualTo(Arguments.DEFAULT_LINGER);
        assertThat(listen("listen", "0", "--linger", "0").transfer().linger()).isEqualTo(Duration.ZERO);
        assertThat(listen("listen", "0", "--linger=forever").transfer().linger()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            serve 80                    | unknown command 'serve'
            listen                      | listen takes one address: [HOST:]PORT
            connect a:1 b:2             | connect takes one address: HOST:PORT
            check a:1 b:2               | check takes one address: HOST:PORT
            check --echo host:80        | --echo goes with listen
            --echo connect host:80      | --echo goes with listen
            check                       | check takes one address: HOST:PORT
            check 80                    | '80' is not HOST:PORT
            check host:70000            | port 70000 is not between 1 and 65535
            connect 80                  | '80' is not HOST:PORT
            connect :80                 | ':80' is not HOST:PORT
            connect host:0              | port 0 is not between 1 and 65535
            listen 65536                | port 65536 is not between 0 and 65535
            listen http                 | 'http' does not end in a port number
            connect ::1:80              | '::1:80': write an IPv6 address in brackets, e.g. [::1]:8080
            --frob                      | unknown option --frob
            show                        | show takes one process: PID
            show 1 2                    | show takes one process: PID
            show x                      | 'x' is no process id
            show 0                      | '0' is no process id
            show 12345678901            | '12345678901' is no process id
            show 1 --no-smc --timeout 1 | --no-smc goes with listen, connect or check
            --timeout 1                 | --timeout goes with listen, connect, check or show
            --no-smc                    | --no-smc goes with listen, connect or check
            --json=yes                  | --json takes no value
            listen 0 --send-size        | --send-size needs a value
            listen 0 --send-size big    | --send-size needs a size such as 65536 or 64K, not 'big'
            listen 0 --send-size 8G     | --send-size 8G is out of range
            listen 0 --send-size 1K     | --send-size must be between 16KB and 16MB, not '1024B'
            listen 0 --memory-limit -1  | --memory-limit -1 is out of range
            listen 0 --timeout 0        | --timeout must be more than 0
            listen 0 --timeout soon     | --timeout needs a number of seconds, not 'soon'
            listen 0 --linger -1        | --linger -1 is out of range
            --rdma none                 | --rdma goes with listen, connect or check
            listen 0 --rdma maybe       | --rdma is auto, verbs, kernel or none, not 'maybe'
            listen 0 --rdma VERBS       | --rdma is auto, verbs, kernel or none, not 'VERBS'
            listen 0 --no-shared-memory=1 | --no-shared-memory takes no value
            listen 0 --directory srv    | --directory must be an absolute path, or empty for no directory, not 'srv'
            listen 0 --users a,,b       | --users must be the name or id of a user, or of a group behind an '@', such \
            as orders, 1001, @smc or @2000, not ''
            listen 0 --no-syn-option=1  | --no-syn-option takes no value
            listen 0 --ueid site        | --ueid must be an EID: 1 to 32 characters A-Z, 0-9, '.' and '-', of which \
            the first is a letter or a digit, not 'site'
            listen 0 --ueid A --ueid B --ueid C --ueid D --ueid E | --ueid must be 1 to 4 EIDs, not 'A,B,C,D,E'
            listen 0 --rdma-device=     | --rdma-device needs the name of a device
            listen 0 --gid-index x      | --gid-index needs a number, not 'x'
            listen 0 --gid-index -2     | --gid-index must be between -1 and 65535, not '-2'
            listen 0 --memory-limit 65G | --memory-limit must be between 0B and 64GB, not '69793218560B'
            listen 0 --rdma-device a/b  | --rdma-device must be the name of an RDMA device, such as mlx5_0, not 'a/b'
            listen 0 --peer host:80     | --peer needs an address range and ports such as 10.0.0.0/8:8080, not 'host:80'
            listen 0 --deny host        | --deny needs an address range such as 10.0.0.0/8, not 'host'
            listen 0 --deny 1.2.3       | --deny needs an address range such as 10.0.0.0/8, not '1.2.3'
            listen 0 --deny 10.0.0.0/33 | --deny needs an address range such as 10.0.0.0/8, not '10.0.0.0/33'
            """)
    void saysWhatIsWrong(String arguments, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse(arguments.split(" ")))
                .withMessage(message);
    }

    private static Command.Listen listen(String... args) throws UsageException {
        return (Command.Listen) Arguments.parse(args);
    }

    private static Command.Connect connect(String... args) throws UsageException {
        return (Command.Connect) Arguments.parse(args);
    }
}
