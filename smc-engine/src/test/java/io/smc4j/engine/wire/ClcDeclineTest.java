package io.smc4j.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClcDeclineTest {

    @Test
    void lengths() {
        assertThat(ClcDecline.v1(1, 2, false).length()).isEqualTo(28);
        assertThat(ClcDecline.v2(1, 2, false).length()).isEqualTo(44);
    }

    @Test
    void theVersionDeterminesTheLength() {
        byte[] v2 = ClcSamples.DECLINE_V2.clone();
        v2[7] = 0x10;
        byte[] v1 = ClcSamples.DECLINE_V1.clone();
        v1[7] = 0x20;

        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(v2))
                .withMessage("length at offset 5: 44 is not 28");
        assertThatExceptionOfType(ClcFormatException.class).isThrownBy(() -> ClcSamples.decode(v1))
                .withMessage("length at offset 5: 28 is not 44");
    }

    @Test
    void outOfSyncIsBit3OfByte7() {
        assertThat(ClcSamples.encode(ClcDecline.v1(1, 2, true))[7]).isEqualTo((byte) 0x18);
        assertThat(ClcSamples.encode(ClcDecline.v2(1, 2, true))[7]).isEqualTo((byte) 0x28);
    }

    @Test
    void theTrailerIsNotLookedAt() throws ClcFormatException {
        byte[] bytes = ClcSamples.DECLINE_V2.clone();
        Arrays.fill(bytes, 40, 44, (byte) 0);

        assertThat(ClcSamples.decode(bytes)).isEqualTo(ClcSamples.decode(ClcSamples.DECLINE_V2));
    }

    @Test
    void version1HasNeitherOperatingSystemNorAdditionalCodes() throws ClcFormatException {
        byte[] bytes = ClcSamples.DECLINE_V1.clone();
        bytes[20] = 0x20;
        assertThat(ClcSamples.decode(bytes)).isEqualTo(ClcSamples.decode(ClcSamples.DECLINE_V1));

        assertThatIllegalArgumentException().isThrownBy(() -> new ClcDecline(1, false, 0, 0, 2, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcDecline(1, false, 0, 0, 0, List.of(0, 0, 0, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClcDecline(2, false, 0, 0, 2, List.of(0, 0, 0)));
    }
}
