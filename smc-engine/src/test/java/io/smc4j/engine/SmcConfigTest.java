package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smc4j.engine.SmcConfig.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmcConfigTest {

    @ParameterizedTest
    @CsvSource({
            "10.1.2.3, 10.1.2.3, 1, true", "10.1.2.3, 10.1.2.3, 65535, true", "10.1.2.3, 10.1.2.4, 80, false",
            "10.1.2.3:8080, 10.1.2.3, 8080, true", "10.1.2.3:8080, 10.1.2.3, 8081, false",
            "10.0.0.0/8:8000-8999, 10.9.9.9, 8999, true", "10.0.0.0/8:8000-8999, 10.9.9.9, 9000, false",
            "10.0.0.0/8:8000-8999, 11.9.9.9, 8999, false", "0.0.0.0/0, 192.0.2.1, 80, true",
            "fd00::1, fd00::1, 80, true", "fd00::/8, fd12::1, 80, true", "fd00::/8, fe80::1, 80, false",
            "[fd00::1], fd00::1, 80, true", "[fd00::1]:8080, fd00::1, 8080, true", "[fd00::1]:8080, fd00::1, 80, false",
            "[fd00::]/8:8080-8081, fd12::1, 8081, true", "[fd00::]/8:8080-8081, fd12::1, 8082, false",
            "::1:8080, ::1, 8080, false"})
    void peersAreAnAddressRangeAndPorts(String text, String address, int port, boolean included) {
        assertThat(Peer.parse(text).includes(new InetSocketAddress(InetAddress.ofLiteral(address), port)))
                .isEqualTo(included);
    }

    @ParameterizedTest
    @CsvSource({"16383, 10000", "1048577, 10000", "-1, 10000", "16384, 999", "16384, 86400001"})
    void refusesBuffersThatBeginTooSmallOrTooLargeOrAreIdleTooSoonOrTooLate(int initial, long idleMillis) {
        SmcConfig.Builder builder = SmcConfig.builder().initialSize(initial)
                .idleAfter(Duration.ofMillis(idleMillis));
        assertThatIllegalArgumentException().isThrownBy(builder::build);
    }

    @ParameterizedTest
    @CsvSource({"16383, 16384, 16384", "16777217, 16384, 16384", "16384, 16383, 16384", "16384, 16777217, 16384",
            "16384, 16384, 16383", "16384, 16384, 1048577"})
    void refusesBuffersOutOfTheirRange(int send, int receive, int rdma) {
        SmcConfig.Builder builder = SmcConfig.builder().sendSize(send).receiveSize(receive).rdmaSize(rdma);
        assertThatIllegalArgumentException().isThrownBy(builder::build);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:80", "10.1.2", "10.1.2.3:", "10.1.2.3:0x50", "10.1.2.3:80-70",
            "10.1.2.3:65536", "10.0.0.0/33:80", "10.0.0.0/:80", "[10.1.2.3]:80", "[fd00::1", "fd00::1]:80",
            "[fd00::/8]:80", "fd00::/8:80", "[localhost]:80", "[fd00::]/129:80", ":80", "*:80"})
    void refusesOtherPeers(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Peer.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, 10.1.2.3", "10.0.0.0/8:8080, 10.0.0.0/8:8080", "[fd00::]/8:8080-8081, [fd00::]/8:8080-8081",
            "[fd00::1]:80, [fd00::1]:80", "fd00::/8, fd00::/8", "[::1], ::1", "10.1.2.3:1-65535, 10.1.2.3"})
    void peersAreWrittenAsTheyAreRead(String text, String written) {
        assertThat(Peer.parse(text)).hasToString(written);
        assertThat(Peer.parse(written)).isEqualTo(Peer.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "./run", " /run", " ", "/run/\0"})
    void refusesDirectoriesThatAreNoAbsolutePath(String directory) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> SmcConfig.builder().sharedMemoryDirectory(directory).build())
                .satisfies(e -> assertThat(e.name()).isEqualTo("shared-memory.directory"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\0"));
    }

    @Test
    void takesDirectoriesHoweverLongTheirPath() {
        String path = "/" + "d".repeat(199);
        assertThat(SmcConfig.builder().sharedMemoryDirectory(path).build().sharedMemory().directory()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " root", "root ", "@", "@ smc", "@@smc", "a:b", "a,b", "a/b", "a\nb", "-1", "-x",
            "4294967295", "@4294967295", "99999999999"})
    void refusesWhatIsNoUserOrGroup(String user) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> SmcConfig.builder().sharedMemoryUsers(List.of("root", user)).build())
                .satisfies(e -> assertThat(e.name()).isEqualTo("shared-memory.users[1]"));
    }

    @Test
    void namesThePlaceOfAPeerThatIsNone() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> Peer.parseAll(List.of("10.0.0.0/8", "stock:8080")))
                .withMessageStartingWith("peers.include[1] is 'stock:8080' but must be an address or an address range");
    }

    @Test
    void namesSettingValueAndRange() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> SmcConfig.builder().memoryLimit(-1).build())
                .withMessage("memory.limit is '-1B' but must be between 0B and 64GB");
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> SmcConfig.builder().spinLimit(Duration.ofMillis(2)).build())
                .satisfies(e -> assertThat(e.in("smc").name()).isEqualTo("smc.spin.limit"))
                .satisfies(e -> assertThat(e.permitted()).isEqualTo("between 0us and 1ms"));
    }
}
