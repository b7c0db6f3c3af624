package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one process shows of the engines of another. */
@Timeout(120)
class ShowIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static EngineProcess show(long pid, String... options) throws Exception {
        String[] arguments = new String[options.length + 2];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = "show";
        arguments[options.length + 1] = Long.toString(pid);
        return EngineProcess.start(arguments);
    }

    private static void fails(EngineProcess show, String... says) throws Exception {
        try (show) {
            assertThat(show.exitCode()).isEqualTo(Main.FAILED);
            assertThat(show.outputText()).isEmpty();
            assertThat(show.errors()).singleElement().asString().contains(says);
        }
    }

    @Test
    void showsTheTablesOfTheEndpoint() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "127.0.0.1:0");
                EngineProcess client = EngineProcess.start("connect", "127.0.0.1:" + listener.awaitPort())) {
            listener.awaitError(line -> line.startsWith("accepted ") || line.contains(" mode "));
            for (EngineProcess each : List.of(listener, client)) {
                try (EngineProcess show = show(each.pid())) {
                    assertThat(show.outputText()).startsWith("SMC is on\n").contains("State", "Peer Address", "ACTIVE",
                            each == client ? "CLIENT" : "SERVER", "Ring memory", "Resource ");
                    assertThat(show.exitCode()).isEqualTo(Main.OK);
                    assertThat(show.errors()).isEmpty();
                }
            }
            try (EngineProcess show = show(client.pid(), "--json")) {
                assertThat(show.outputText()).startsWith("{\"pid\":" + client.pid() + ",\"engines\":[{")
                        .contains("\"id\":1,\"gid\":\"", "\"connections\":{\"SMCD\":",
                                "\"ringMemoryLimit\":536870912")
                        .endsWith("}]}\n");
                assertThat(show.exitCode()).isEqualTo(Main.OK);
            }
        }
    }

    @Test
    void aJavaProcessWithoutAnEngine() throws Exception {
        try (EngineProcess idle = EngineProcess.startWith(List.of("-cp", System.getProperty("java.class.path"),
                IdleMain.class.getName()))) {
            idle.awaitError(line -> line.equals("idle"));
            fails(show(idle.pid()), "process " + idle.pid() + " shows no SMC engine");
        }
    }

    /** Does nothing. */
    static final class IdleMain {

        public static void main(String[] arguments) throws Exception {
            System.err.println("idle");
            System.in.read();
        }
    }

    @Test
    void severalEnginesInOneProcess() throws Exception {
        try (EngineProcess several = several("3")) {
            several.awaitError(line -> line.equals("ready"));
            assertThat(ShowProcess.of(new Command.Show(several.pid(), LIMIT, false)))
                    .startsWith("Engine 1\nSMC is on\n").contains("\nEngine 2\nSMC is on\n", "\nEngine 3\nSMC is on\n");
            assertThat(ShowProcess.of(new Command.Show(several.pid(), LIMIT, true)))
                    .contains("{\"id\":1,", "{\"id\":2,", "{\"id\":3,");
        }
    }

    /** One stays, and others come and go while they are asked. */
    @Test
    void enginesThatCloseMeanwhile() throws Exception {
        try (EngineProcess several = several("1", "churn")) {
            String gid = several.awaitError(line -> line.matches("[0-9a-f]{32}"));
            int most = 0;
            for (int i = 0; i < 40; i++) {
                String text = ShowProcess.of(new Command.Show(several.pid(), LIMIT, true));
                assertThat(text).contains("\"gid\":\"" + gid + "\"");
                most = Math.max(most, text.split("\"gid\"", -1).length - 1);
            }
            assertThat(most).as("engines seen at a time").isGreaterThan(1);
        }
    }

    private static EngineProcess several(String... arguments) throws Exception {
        List<String> options = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"),
                SeveralMain.class.getName()));
        options.addAll(List.of(arguments));
        return EngineProcess.startWith(options);
    }

    /** Opens so many engines; then opens and closes others, if it is told to churn. */
    static final class SeveralMain {

        public static void main(String[] arguments) throws Exception {
            SmcConfig config = SmcConfig.builder().sharedMemoryDirectory("").build();
            for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
                System.err.println(SmcSelectorProvider.open(config).snapshot().gid());
            }
            System.err.println("ready");
            Deque<SmcSelectorProvider> open = new ArrayDeque<>();
            while (arguments[1].equals("churn")) {
                open.add(SmcSelectorProvider.open(config));
                if (open.size() > 8) {
                    open.remove().close();
                }
            }
            System.in.read();
        }
    }

    /** To attach would send it a signal that ends it. */
    @Test
    void noJavaProcess() throws Exception {
        Process other = new ProcessBuilder("cat").start();
        try {
            fails(show(other.pid()), "process " + other.pid() + " is no Java process");
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void noProcess() throws Exception {
        Process over = new ProcessBuilder("true").start();
        over.waitFor();
        fails(show(over.pid()), "there is no process " + over.pid());
    }

    @Test
    void aProcessThatLetsNobodyAttach() throws Exception {
        try (EngineProcess listener = EngineProcess.startWith(List.of("-XX:+DisableAttachMechanism"), "listen", "0")) {
            listener.awaitPort();
            fails(show(listener.pid()), "lets nobody attach");
        }
    }

    @Test
    void aProcessThatStandsStill() throws Exception {
        try (EngineProcess listener = EngineProcess.start("listen", "0")) {
            listener.awaitPort();
            assertThat(signal("STOP", listener.pid())).isZero();
            fails(show(listener.pid(), "--timeout", "1"), "process " + listener.pid());
        }
    }

    private static int signal(String name, long pid) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return kill.exitValue();
    }

    @Test
    void aProcessOfAnotherUser() throws Exception {
        assumeTrue(Files.getOwner(Path.of("/proc/self")).getName().equals("root"), "needs root, to be somebody else");
        try (EngineProcess listener = EngineProcess.start("listen", "0")) {
            listener.awaitPort();
            Process show = new ProcessBuilder("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", readableClassPath(),
                    Launcher.class.getName(), "show", Long.toString(listener.pid())).redirectErrorStream(true).start();
            String output = new String(show.getInputStream().readAllBytes());
            assumeTrue(!output.contains("Could not find or load main class"), "the classes can be read by root only");
            assertThat(output).contains("process " + listener.pid() + " belongs to another user, root");
            assertThat(show.waitFor()).isEqualTo(Main.FAILED);
        }
    }

    private static String readableClassPath() throws Exception {
        return Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    @Test
    void aJavaRuntimeWithoutJmx() throws Exception {
        try (EngineProcess listener = EngineProcess.startWith(List.of("--limit-modules", "java.base,jdk.net"), "listen",
                "0")) {
            listener.awaitPort();
            fails(show(listener.pid()), "shows no SMC engine", "no module java.management");
        }
    }
}
