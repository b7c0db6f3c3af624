package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmcPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true", "10.0.0.0/8, 11.0.0.1, false", "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false", "0.0.0.0/0, 192.0.2.1, true", "192.0.2.128/25, 192.0.2.127, false",
        "fd00::/8, fd12::1, true", "fd00::/8, fe80::1, false", "::1, ::1, true", "::/0, 127.0.0.1, false"
    })
    void addressRangesContainWhatTheirPrefixSays(String range, String address, boolean contained) throws Exception {
        assertThat(SmcPolicy.Cidr.parse(range).contains(InetAddress.getByName(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/8", "host", "abcd", "1.2.3", "1.2.3/8", "1", "256.0.0.1", "1.2.3.4.5", "10.0.0.0/33",
        "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/x", "::1/129", ":::", "1::2::3", "fd00::/8/8"})
    void whatIsNoAddressRangeIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SmcPolicy.Cidr.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.0.0.0/8", "10.1.2.3/32, 10.1.2.3", "10.1.2.3, 10.1.2.3", "fd00::/8, fd00::/8",
        "FD00:0:0:0:0:0:0:1, fd00::1", "2001:db8::1/128, 2001:db8::1", "::/0, ::/0"})
    void addressRangesAreWrittenAsTheyAreRead(String text, String written) {
        assertThat(SmcPolicy.Cidr.parse(text)).hasToString(written);
        assertThat(SmcPolicy.Cidr.parse(written)).isEqualTo(SmcPolicy.Cidr.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "8080, 8080", "8000-8999, 8000-8999", "80-80, 80"})
    void portRangesAreWrittenAsTheyAreRead(String text, String written) {
        assertThat(SmcPolicy.PortRange.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65536", "-1", "+80", "80-", "90-80", "80,81", " 80", "http", "999999999999",
            "0x50"})
    void whatIsNoPortRangeIsRefused(String text) {
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> SmcPolicy.PortRange.parse(text))
                .satisfies(e -> assertThat(e.value()).isEqualTo(text))
                .satisfies(e -> assertThat(e.in("policy[1]").name()).isEqualTo("policy[1].port"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "http://example.com", "example.com:8080", "example.com/path", "a b", "[::1]"})
    void whatIsNoHostIsRefused(String text) {
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> new SmcPolicy.HostPattern(text))
                .satisfies(e -> assertThat(e.name()).isEqualTo("host"));
    }
}
