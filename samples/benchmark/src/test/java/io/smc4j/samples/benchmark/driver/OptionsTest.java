package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static Options parse(String line) {
        return Options.parse(line.isEmpty() ? new String[0] : line.split(" "), Path.of("/module"));
    }

    @Test
    void haveDefaults() {
        Options options = parse("");

        assertThat(options.quick()).isFalse();
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.millis()).isEqualTo(800);
        assertThat(options.logs()).isEqualTo(Path.of("/module/target/logs"));
        assertThat(options.pairs()).isEmpty();
        assertThat(options.quota()).isZero();
    }

    @Test
    void areReadWithTheirValues() {
        Options options =
                parse("--pairs http-client,stream --transports smc,epoll --connections 1,8 --bodies 128,10240 "
                + "--loops 0,1 --rates 0,800 --rounds 2 --millis 100 --burners 1 --processors 2 --cpu-quota 1.5 "
                + "--patience 3 "
                + "--scenario idle,spin --json a.json --markdown tables --smc spin-mode=never --smc send-size=65536");

        assertThat(options.pairs()).containsExactly("http-client", "stream");
        assertThat(options.transports()).containsExactly("smc", "epoll");
        assertThat(options.connections()).containsExactly(1, 8);
        assertThat(options.bodies()).containsExactly(128, 10240);
        assertThat(options.loops()).containsExactly(0, 1);
        assertThat(options.rates()).containsExactly(0, 800);
        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.millis()).isEqualTo(100);
        assertThat(options.burners()).isEqualTo(1);
        assertThat(options.processors()).isEqualTo(2);
        assertThat(options.quota()).isEqualTo(1.5);
        assertThat(options.patience()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.scenarios()).containsExactly("idle", "spin");
        assertThat(options.json()).isEqualTo(Path.of("a.json"));
        assertThat(options.markdown()).isEqualTo(Path.of("tables"));
        assertThat(options.settings()).containsExactly("spin-mode=never", "send-size=65536");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds", "--rounds 0", "--rounds many", "--connections 1,,8", "--cpu-quota 0",
            "--cpu-quota -1", "--smc spin-mode", "--smc spin-mode=", "--smc colour=red", "--pairs telnet",
            "--transports pigeon", "--scenario rain", "--patience 0", "--what 1", "quick", "--report a --json b"})
    void areRefusedIfTheyMakeNoSense(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(line)).withMessageNotContaining("null");
    }

    @Test
    void areAllInTheUsage() {
        for (String name : new String[] {"--quick", "--json", "--markdown", "--report", "--pairs", "--transports",
                "--connections", "--bodies", "--loops", "--rates", "--scenario", "--rounds", "--millis", "--burners",
                "--processors", "--cpu-quota", "--smc", "--patience"}) {
            assertThat(Options.USAGE).contains("  " + name + " ");
        }
    }
}
