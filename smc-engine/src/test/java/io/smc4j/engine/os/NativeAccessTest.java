package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.Smc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeAccessTest {

    @Test
    void isAvailableOnThisKernel() {
        assertThat(NativeAccess.unavailabilityCause()).isNull();
        assertThat(NativeAccess.isAvailable()).isTrue();
        assertThat(Smc.isAvailable()).isTrue();
    }

    @Test
    void saysWhichSystemItCannotUse() {
        assertThat(NativeAccess.probe("Mac OS X", "aarch64")).isEqualTo("SMC needs Linux; this is Mac OS X");
        assertThat(NativeAccess.probe("Linux", "riscv64"))
                .isEqualTo("SMC needs an x86_64 or aarch64 processor; this is riscv64");
    }

    @Test
    void saysHowToPermitNativeAccess() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "the option is of Java 24");

        assertThat(causeInJvm("--illegal-native-access=deny"))
                .isEqualTo("native access is denied; start Java with --enable-native-access=ALL-UNNAMED");
        assertThat(causeInJvm("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED")).isEqualTo("null");
    }

    private static String causeInJvm(String... options) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Prints the answer of another JVM. */
    static final class Probe {

        private Probe() {
        }

        public static void main(String[] args) {
            System.out.println(NativeAccess.unavailabilityCause());
        }
    }
}
