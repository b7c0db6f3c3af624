package io.smc4j.samples.quickstart.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void needsNone() {
        assertThat(Options.parse().json()).isNull();
    }

    @Test
    void takesAFileForTheFigures() {
        assertThat(Options.parse("--json", "out.json").json()).isEqualTo(Path.of("out.json"));
    }

    @Test
    void takesANumberOfRestarts() {
        assertThat(Options.parse("--restarts", "60").restarts()).isEqualTo(60);
        assertThat(Options.parse().restarts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--restarts", "--restarts 0", "--restarts -1", "--restarts x", "--json f --restarts 1",
        "--json", "--yaml file", "file", "--json a b"})
    void refusesAnythingElse(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(line.split(" ")))
                .withMessageContaining("usage");
    }
}
