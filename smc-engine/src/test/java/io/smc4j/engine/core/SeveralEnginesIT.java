package io.smc4j.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcResources.Kind;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several engines in one process, which has few descriptors. */
@Timeout(120)
class SeveralEnginesIT {

    private static final int ENGINES = 3;
    private static final int MOST = 256;

    @Test
    void oneTellsOfWhatAllHaveInCommon() throws Exception {
        Process process = new ProcessBuilder("bash", "-c", "ulimit -n " + MOST + "; exec \"$@\"", "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Crowd.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertThat(process.inputReader().lines()).containsExactly("SMC is short of descriptors", "the first closes",
                    "SMC has enough of descriptors", "SMC is short of descriptors", "all close", "another one",
                    "SMC is short of descriptors");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    static final class Crowd extends Handler {

        private final List<Closeable> files = new ArrayList<>();
        private final List<SmcSelectorProvider> engines = new ArrayList<>();

        public static void main(String[] arguments) throws IOException {
            Crowd crowd = new Crowd();
            Logger.getLogger(ResourceMonitor.LOG.getName()).addHandler(crowd);
            Logger.getLogger(ResourceMonitor.LOG.getName()).setUseParentHandlers(false);
            crowd.run();
            System.exit(0);
        }

        private void run() throws IOException {
            while (engines.size() < ENGINES) {
                open();
            }
            use(MOST - 40);
            System.out.println("the first closes");
            engines.removeFirst().close();
            look();
            use(0);
            use(MOST - 40);
            System.out.println("all close");
            engines.forEach(SmcSelectorProvider::close);
            look();
            engines.clear();
            System.out.println("another one");
            files.removeLast().close();
            open();
            look();
        }

        private void open() throws IOException {
            engines.add(SmcSelectorProvider.open(SmcConfig.builder().sharedMemoryDirectory("").build()));
        }

        /** Has the process use that many descriptors at least. */
        private void use(int descriptors) throws IOException {
            for (Closeable file : files) {
                file.close();
            }
            files.clear();
            while (look() < descriptors) {
                files.add(new FileInputStream("/dev/null"));
            }
            look();
        }

        /** Has each engine look, as it does each second. */
        private long look() {
            return engines.stream().map(SmcSelectorProvider::snapshot).mapToLong(snapshot ->
                    snapshot.resources().of(Kind.PROCESS_DESCRIPTORS).used()).max().orElseThrow();
        }

        @Override
        public void publish(LogRecord event) {
            System.out.println(new SimpleFormatter().formatMessage(event).replaceAll(" of the process.*", ""));
        }

        @Override
        public void flush() {
            System.out.flush();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
