package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressLiteralTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "255.255.255.255", "10.1.2.3", "::", "::1", "1::", "fd00::1",
            "2001:db8:1:2:3:4:5:6", "2001:DB8::A", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:10.0.0.1",
            "::10.0.0.1", "64:ff9b::192.0.2.33", "1:2:3:4:5:6:1.2.3.4"})
    void readsWhatTheJdkReads(String text) {
        assertThat(AddressLiteral.parse(text)).isEqualTo(InetAddress.ofLiteral(text));
    }

    /** Some of these would be names to a resolver, some numbers to the C library. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "localhost", "example.com", "cafe", "abcd", "face.b00c", "1", "1.2", "1.2.3",
            "1.2.3.4.5", "256.0.0.1", "010.0.0.1", "0x7f.0.0.1", "1.2.3.4 ", "+1.2.3.4", "1.2.3.", ".1.2.3",
            "\u0661.2.3.4", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "g::1", "fe80::1%eth0", "fe80::1%1", "[::1]", "::1.2.3",
            "::1.2.3.4:5", "1.2.3.4::", "::ffff:localhost", "1:2:3:4:5:6:7:1.2.3.4", ":1", "1:", "::1/64"})
    void refusesAnythingElse(String text) {
        assertThat(AddressLiteral.parse(text)).isNull();
    }

    @Property
    void agreesWithTheJdkOnWhatLooksLikeIpv6(@ForAll("colonsAndDigits") String text) {
        InetAddress expected;
        try {
            expected = InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            expected = null;
        }
        assertThat(AddressLiteral.parse(text)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<String> colonsAndDigits() {
        return Arbitraries.of("0", "1", "fd00", "ffff", ":", ":", "::", "1.2.3.4").list().ofMinSize(1).ofMaxSize(17)
                .map(parts -> String.join("", parts))
                // The JDK also takes more leading zeros than RFC 4291 has, in groups and in octets.
                .filter(text -> text.indexOf(':') >= 0 && !text.matches(".*(\\p{XDigit}{5}|:0+1+\\.).*"));
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, 10.1.2.3", "::, ::", "::1, ::1", "1::, 1::", "fd00:0:0:0:0:0:0:1, fd00::1",
            "1:0:0:2:0:0:0:3, 1:0:0:2::3", "1:0:0:2:0:0:3:4, 1::2:0:0:3:4", "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
            "2001:DB8::00A, 2001:db8::a", "0:0:1:2:3:4:0:0, ::1:2:3:4:0:0", "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
            "::ffff:10.0.0.1, 10.0.0.1"})
    void writesTheShortForm(String text, String written) {
        assertThat(AddressLiteral.format(AddressLiteral.parse(text))).isEqualTo(written);
    }

    @Property
    void readsWhatItWrites(@ForAll("addresses") byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);
        assertThat(AddressLiteral.parse(AddressLiteral.format(address))).isEqualTo(address);
    }

    @Provide
    Arbitrary<byte[]> addresses() {
        Arbitrary<Byte> octet = Arbitraries.of((byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0xab, (byte) 0xff);
        return Arbitraries.oneOf(octet.array(byte[].class).ofSize(4), octet.array(byte[].class).ofSize(16));
    }
}
