package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values that messages are made of. */
class ClcValuesTest {

    @Nested
    class Eids {

        @ParameterizedTest
        @ValueSource(strings = {"A", "0", "TESTEID.1", "A-B..C-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"})
        void areUpperCaseDigitsDotsAndHyphens(String value) {
            assertThat(new Eid(value)).hasToString(value);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "a", "Aa", ".A", "-A", "A B", "A ", "A_B", "\u00c4", "A\n",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"})
        void areNothingElse(String value) {
            assertThat(Eid.isValid(value)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> new Eid(value));
        }
    }

    @Nested
    class IsmDevices {

        private final IsmDevice emulated = new IsmDevice(1, 2, 0xFFFF);
        private final IsmDevice otherEmulated = new IsmDevice(3, 4, 0xFF00);
        private final IsmDevice physical = new IsmDevice(5, 0, 0xFEFF);

        @Test
        void takeTwoEntriesIfEmulated() {
            assertThat(emulated.isEmulated()).isTrue();
            assertThat(emulated.entries()).containsExactly(new IsmEntry(1, 0xFFFF), new IsmEntry(2, 0xFFFF));
            assertThat(otherEmulated.entries()).hasSize(2);
            assertThat(physical.isEmulated()).isFalse();
            assertThat(physical.entries()).containsExactly(new IsmEntry(5, 0xFEFF));
        }

        @Test
        void areFoundAgainInTheirEntries() {
            List<IsmDevice> devices = List.of(physical, emulated, otherEmulated, emulated, physical);

            assertThat(ClcSmcdV2Extension.ofDevices(devices).devices()).isEqualTo(devices);
        }

        @Test
        void areLeftOutIfHalfIsMissing() {
            IsmEntry half = new IsmEntry(9, 0xFFFF);

            assertThat(IsmDevice.of(List.of(half))).isEmpty();
            assertThat(IsmDevice.of(List.of(half, new IsmEntry(5, 0xFEFF)))).containsExactly(physical);
            assertThat(IsmDevice.of(List.of(half, new IsmEntry(3, 0xFF00), new IsmEntry(4, 0xFF00))))
                    .containsExactly(otherEmulated);
        }

        @Test
        void haveAGidExtensionOnlyIfEmulated() {
            assertThatIllegalArgumentException().isThrownBy(() -> new IsmDevice(1, 2, 0xFEFF));
        }
    }

    @Nested
    class HostNames {

        @Test
        void areCutAndCleaned() {
            assertThat(FirstContact.hostnameOf("node-1")).isEqualTo("node-1");
            assertThat(FirstContact.hostnameOf("x".repeat(64))).isEqualTo("x".repeat(32));
            assertThat(FirstContact.hostnameOf("m\u00fcller\n")).isEqualTo("m?ller?");
            assertThat(FirstContact.hostnameOf("")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"m\u00fcller", "a\nb", "trailing ", "123456789012345678901234567890123"})
        void areRejectedIfTheyDoNotFitTheField(String hostname) {
            assertThatIllegalArgumentException().isThrownBy(
                    () -> new FirstContact(false, Clc.OS_LINUX, 0, hostname, 0, 0, 0, 0));
        }

        @Test
        void fromAPeerNeverCarryControlCharacters() throws ClcFormatException {
            byte[] bytes = ClcSamples.ACCEPT_SMCR_V2_FIRST.clone();
            byte[] hostname = "evil\nlog\u00ff\0\0 \0".getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(hostname, 0, bytes, 108, hostname.length);

            ClcAccept accept = (ClcAccept) ClcSamples.decode(bytes);
            assertThat(accept.terms().extension().orElseThrow().hostname()).isEqualTo("evil?log?");
        }
    }

    @Test
    void release0HasNoLimits() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new FirstContact(false, Clc.OS_LINUX, 0, "", 255, 0, 0, 0));
    }

    @Test
    void gidsOfIpv4AddressesAreMapped() {
        RoceGid gid = RoceGid.ofIpv4(0xC0A80001);

        assertThat(gid.isIpv4Mapped()).isTrue();
        assertThat(gid).hasToString("0000:0000:0000:0000:0000:ffff:c0a8:0001");
        assertThat(RoceGid.ZERO.isIpv4Mapped()).isFalse();
        assertThat(new RoceGid(1, gid.low()).isIpv4Mapped()).isFalse();
    }

    @Test
    void macAddressesHave48Bits() {
        assertThat(new MacAddress(0x5254_0000_000AL)).hasToString("52:54:00:00:00:0a");
        assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(1L << 48));
    }

    @Test
    void typesIncludeTechnologies() {
        assertThat(List.of(0, 1, 2, 3)).map(Clc::includesSmcr).containsExactly(true, false, false, true);
        assertThat(List.of(0, 1, 2, 3)).map(Clc::includesSmcd).containsExactly(false, true, false, true);
    }
}
