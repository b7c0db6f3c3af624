package io.smc4j.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "1023, 1023 bytes", "1024, 1 KB", "1536, 1.5 KB", "262144, 256 KB", "68719476736, 64 GB"})
    void areReadable(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }
}
