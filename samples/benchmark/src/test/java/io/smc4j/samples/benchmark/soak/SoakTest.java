package io.smc4j.samples.benchmark.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few seconds of what is to run for an hour, and that it would see a fault. */
@Timeout(300)
class SoakTest {

    @Test
    void findsNoFault() throws Exception {
        Tally tally = new Soak(new SoakOptions(Duration.ofSeconds(10), 12, Duration.ofSeconds(3))).run();
        assertThat(tally.isFaultless()).as(tally::line).isTrue();
        assertThat(tally.exchanges.sum()).isPositive();
        assertThat(tally.restarts.sum()).isPositive();
        assertThat(tally.moves).isPositive();
        assertThat(tally.aborts.sum()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16_383, 16_384, 99_999})
    void seesAWrongByte(int place) throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        new Pattern(7).write(Channels.newChannel(written), 100_000);
        byte[] bytes = written.toByteArray();
        assertThat(isRight(bytes)).isTrue();
        bytes[place] ^= 1;
        assertThat(isRight(bytes)).isFalse();
    }

    private static boolean isRight(byte[] bytes) throws Exception {
        return new Pattern(7).read(Channels.newChannel(new ByteArrayInputStream(bytes)), bytes.length, () -> {
        });
    }

    @Test
    void seesWhatIsLeft() {
        Leftovers before = new Leftovers(50, 2, 1, 0, 0);
        assertThat(new Leftovers(58, 2, 1, 0, 0).isWithin(before)).isTrue();
        assertThat(new Leftovers(59, 2, 1, 0, 0).isWithin(before)).isFalse();
        assertThat(new Leftovers(50, 3, 1, 0, 0).isWithin(before)).isFalse();
        assertThat(new Leftovers(50, 2, 2, 0, 0).isWithin(before)).isFalse();
        assertThat(new Leftovers(50, 2, 1, 1, 0).isWithin(before)).isFalse();
        assertThat(new Leftovers(50, 2, 1, 0, 1).isWithin(before)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--minutes", "--minutes 0", "--minutes x", "--minutes 1 --workers -1", "--hours 1"})
    void refusesWrongArguments(String arguments) {
        assertThatIllegalArgumentException().isThrownBy(() ->
                SoakOptions.parse(arguments.isEmpty() ? new String[0] : arguments.split(" ")));
    }
}
