package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With processes that behave as {@link FakePeer} says. */
class PeersTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final List<String> COMMAND = List.of(Path.of(System.getProperty("java.home"), "bin", "java")
            .toString(), "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
            System.getProperty("java.class.path"), FakePeer.class.getName());

    @TempDir
    private Path directory;
    private final Progress progress = new Progress();

    private Options options(int patience) {
        return options(patience, 2);
    }

    private Options options(int patience, int rounds) {
        return Options.parse(new String[] {"--rounds", Integer.toString(rounds), "--millis", "50", "--patience",
                Integer.toString(patience)}, directory);
    }

    private PeerProcess start(String transport, Duration patience) throws Exception {
        File log = directory.resolve(transport + ".log").toFile();
        return new PeerProcess("a client", COMMAND, List.of("client", "--transport", transport), log, patience);
    }

    /** Those left, once each that was killed has had the time to end. */
    private static List<ProcessHandle> alive() {
        List<ProcessHandle> peers = ProcessHandle.current().children().filter(PeersTest::isPeer).toList();
        peers.forEach(peer -> peer.onExit().completeOnTimeout(peer, 20, TimeUnit.SECONDS).join());
        return peers.stream().filter(ProcessHandle::isAlive).toList();
    }

    private static boolean isPeer(ProcessHandle process) {
        return process.info().arguments().stream().flatMap(Stream::of).anyMatch(FakePeer.class.getName()::equals);
    }

    @ParameterizedTest
    @CsvSource({"no-start, a client does not start: not permitted", "dies-at-start, a client has ended"})
    void doesNotStart(String transport, String message) {
        assertThatExceptionOfType(MeasurementException.class).isThrownBy(() -> start(transport, LONG))
                .withMessage(message);
        assertThat(alive()).isEmpty();
    }

    @Test
    void doesNotWaitForEverForAStart() {
        assertThatExceptionOfType(PeerGoneException.class).isThrownBy(() -> start("mute", SHORT))
                .withMessageContaining("does not answer its start");
        assertThat(alive()).isEmpty();
    }

    @Test
    void endsWithItsInput() throws Exception {
        PeerProcess peer = start("fine", LONG);
        long pid = peer.pid();

        peer.close();

        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    }

    @Test
    void isKilledIfItHangsAndLeavesWhatItWasAt() throws Exception {
        try (PeerProcess peer = start("hangs", LONG)) {
            assertThat(peer.ask("cpu", LONG).get("cpu_ns")).isPositive();

            assertThatExceptionOfType(PeerGoneException.class)
                    .isThrownBy(() -> peer.ask("run connections=9 millis=1", SHORT))
                    .withMessageContaining("within 1 s");

            assertThatExceptionOfType(PeerGoneException.class).isThrownBy(() -> peer.ask("cpu", LONG));
        }
        assertThat(directory.resolve("hangs.log")).content().contains("FakePeer.answer");
        assertThat(alive()).isEmpty();
    }

    @Test
    void answersFurtherCommandsAfterOneThatFailed() throws Exception {
        try (PeerProcess peer = start("fails", LONG)) {
            assertThatExceptionOfType(MeasurementException.class)
                    .isThrownBy(() -> peer.ask("run connections=9 millis=1", LONG))
                    .isNotInstanceOf(PeerGoneException.class)
                    .withMessage("a client: run connections=9 millis=1: 2 of 9 connections are on TCP");

            assertThat(peer.ask("cpu", LONG).get("cpu_ns")).isPositive();
        }
    }

    // ---- comparisons

    private static final List<Load> LOADS = List.of(new Load(1, 128, 0), new Load(9, 128, 0), new Load(64, 128, 0));

    private Comparison compare(int patience, String... transports) throws Exception {
        try (Comparison comparison = comparison(options(patience), transports)) {
            comparison.warmUp();
            comparison.measure();
            return comparison;
        }
    }

    private Comparison comparison(Options options, String... transports) throws Exception {
        Files.createDirectories(options.logs());
        List<Variant> variants = Stream.of(transports).map(name -> new Variant("http-client", name, 1, List.of()))
                .toList();
        return new Comparison(new Task("", variants, LOADS, Conditions.of(options)), role -> COMMAND, options, progress,
                () -> 0);
    }

    private static List<String> cells(Stream<Cell> cells, String transport) {
        return cells.filter(cell -> cell.transport().equals(transport))
                .map(cell -> Integer.toString(cell.connections())).toList();
    }

    @Test
    void measuresEachCell() throws Exception {
        Comparison comparison = compare(60, "smc", "epoll");

        assertThat(comparison.series()).hasSize(6).allSatisfy(series -> {
            assertThat(series.rounds()).isEqualTo(2);
            assertThat(series.median(Sample::rps)).isEqualTo(1_000);
            assertThat(series.median(Sample::p50)).isEqualTo(50);
            // Each peer has used a millisecond from one look at its clock to the next, the client another one in
            // between.
            assertThat(series.median(Sample::cpu)).isEqualTo(3_000 / 800.0);
        });
        assertThat(comparison.failed()).isEmpty();
        assertThat(comparison.failedOnce()).isEmpty();
        assertThat(alive()).isEmpty();
    }

    @Test
    void triesACellThatFailedOnceMore() throws Exception {
        Comparison comparison = compare(60, "fails-once", "epoll");

        assertThat(comparison.failed()).isEmpty();
        assertThat(comparison.failedOnce().values()).singleElement().asString()
                .contains("2 of 9 connections are on TCP");
        assertThat(cells(comparison.failedOnce().keySet().stream(), "fails-once")).containsExactly("9");
        assertThat(cells(comparison.series().stream().map(Series::cell), "fails-once")).containsExactly("1", "9", "64");
    }

    @Test
    void doesNotPassOverACellThatFailedInItsOnlyRound() throws Exception {
        try (Comparison comparison = comparison(options(60, 1), "fails-once")) {
            comparison.measure();

            assertThat(comparison.failed().values()).singleElement().asString()
                    .contains("2 of 9 connections are on TCP");
            assertThat(comparison.failedOnce()).isEmpty();
            assertThat(cells(comparison.series().stream().map(Series::cell), "fails-once")).containsExactly("1", "64");
        }
    }

    @ParameterizedTest
    @CsvSource({"fails, 2 of 9 connections are on TCP", "babbles, no figure is requests=many",
            "empty, no request was answered"})
    void goesOnWithTheOtherCellsIfOneFails(String transport, String reason) throws Exception {
        Comparison comparison = compare(60, transport, "epoll");

        assertThat(comparison.failed().values()).singleElement().asString().contains(reason);
        assertThat(comparison.failedOnce()).isEmpty();
        assertThat(cells(comparison.failed().keySet().stream(), transport)).containsExactly("9");
        assertThat(cells(comparison.series().stream().map(Series::cell), transport)).containsExactly("1", "64");
        assertThat(cells(comparison.series().stream().map(Series::cell), "epoll")).containsExactly("1", "9", "64");
    }

    @ParameterizedTest
    @CsvSource({"hangs, 2", "dies, 60"})
    void goesOnWithTheOtherVariantsIfAPeerIsGone(String transport, int patience) throws Exception {
        Comparison comparison = compare(patience, transport, "epoll");

        assertThat(cells(comparison.failed().keySet().stream(), transport)).containsExactlyInAnyOrder("1", "9", "64");
        assertThat(comparison.failed().values()).filteredOn(reason -> reason.startsWith("not measured, as")).hasSize(2);
        assertThat(cells(comparison.series().stream().map(Series::cell), "epoll")).containsExactly("1", "9", "64");
        assertThat(alive()).isEmpty();
    }

    @Test
    void leavesOutWhatDoesNotStart() throws Exception {
        Comparison comparison = compare(60, "no-start", "epoll");

        assertThat(progress.leftOut()).containsExactly("http-client no-start client does not start: not permitted");
        assertThat(cells(comparison.series().stream().map(Series::cell), "epoll")).containsExactly("1", "9", "64");
        assertThat(comparison.failed()).isEmpty();
        assertThat(alive()).isEmpty();
    }

    @Test
    void countsWrongAnswers() throws Exception {
        assertThat(compare(60, "wrong").series()).filteredOn(series -> series.cell().connections() == 9)
                .singleElement().satisfies(series -> assertThat(series.errors()).isEqualTo(14));
    }
}
