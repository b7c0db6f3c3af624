package io.smc4j.samples.benchmark.soak;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.samples.benchmark.driver.Driver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The long-lived client, and what is done to it and to its servers. */
public final class Soak {

    private static final String USAGE = """
            samples/benchmark/soak --minutes N [--workers N] [--restart-seconds N]

              --minutes          how long, 1 for a first look, 60 to be sure
              --workers          threads, each with a connection at a time (48)
              --restart-seconds  how long a server lives (20)

            The exit status is 0, 1 if there was a fault, or 2 if the arguments were wrong.""";

    /** Between two looks of the thread that runs all this. */
    private static final int TURN_MILLIS = 100;
    private static final int MOVE_TURNS = 20;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final SmcPolicy.Rule DENY =
            SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, SmcPolicy.Direction.OUTBOUND, null, null, "1-65535");

    private final SoakOptions options;
    private final Tally tally = new Tally();

    Soak(SoakOptions options) {
        this.options = options;
    }

    /** Runs it by its arguments. */
    public static void main(String[] arguments) throws Exception {
        SoakOptions options;
        try {
            options = SoakOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        Tally tally = new Soak(options).run();
        System.out.println(tally.isFaultless() ? "no fault" : "FAULTS");
        System.exit(tally.isFaultless() ? 0 : 1);
    }

    Tally run() throws Exception {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(SmcConfig.builder().build());
                Target target = new Target(engine, Driver.MODULE.resolve("target/logs"))) {
            List<Worker> workers = new ArrayList<>();
            for (int i = 0; i < options.workers(); i++) {
                workers.add(new Worker(Kind.values()[i % Kind.values().length], target, tally));
            }
            workers.forEach(Worker::start);
            long start = System.nanoTime();
            long end = start + options.length().toNanos();
            // After a while, when all that is needed once has been made.
            long firstLook = start + options.length().toNanos() / 5;
            load(engine, target, workers, firstLook);
            Leftovers before = rest(engine, target, workers, Leftovers::isQuiet);
            load(engine, target, workers, end);
            Leftovers after = rest(engine, target, workers, now -> now.isWithin(before));
            target.finish();
            for (Worker each : workers) {
                each.join();
            }
            System.out.println("at rest before: " + before);
            System.out.println("at rest after:  " + after);
            if (!after.isWithin(before)) {
                tally.left.increment();
            }
            System.out.println(tally.line());
        }
        return tally;
    }

    private void load(SmcSelectorProvider engine, Target target, List<Worker> workers, long end) throws Exception {
        target.pause(false);
        long restart = System.nanoTime() + options.serverLife().toNanos();
        long minute = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        for (long turn = 1; System.nanoTime() - end < 0; turn++) {
            Thread.sleep(TURN_MILLIS);
            endHung(workers);
            if (turn % MOVE_TURNS == 0) {
                deny(engine);
            } else if (turn % MOVE_TURNS == 1) {
                allow(engine);
            }
            if (System.nanoTime() - restart > 0) {
                target.restart(tally.restarts.sum() % 2 == 0);
                tally.restarts.increment();
                restart = System.nanoTime() + options.serverLife().toNanos();
            }
            if (System.nanoTime() - minute > 0) {
                System.out.println(tally.line());
                minute += TimeUnit.MINUTES.toNanos(1);
            }
        }
    }

    /** Has what is open go over to TCP. */
    private static void deny(SmcSelectorProvider engine) {
        engine.policyTable().add(DENY, RuleInForce.Origin.RUNTIME, new RuleInForce.Terms(null, null, true), 0);
    }

    /** What is connected from now on is SMC again. */
    private void allow(SmcSelectorProvider engine) {
        engine.policyTable().replace(SmcPolicy.allowAll());
        tally.moves = engine.fallbacks().getOrDefault(FallbackReason.MOVED, 0L);
    }

    private void endHung(List<Worker> workers) {
        long now = System.nanoTime();
        for (Worker each : workers) {
            if (each.nanosBusy(now) > LONGEST_NANOS) {
                tally.hung.increment();
                each.interrupt();
            }
        }
    }

    /** Waits until nobody works and what is left is as it should be, but not for ever. */
    private Leftovers rest(SmcSelectorProvider engine, Target target, List<Worker> workers,
            Predicate<Leftovers> asIsRight) throws IOException, InterruptedException {
        target.pause(true);
        allow(engine);
        long limit = System.nanoTime() + 2 * LONGEST_NANOS;
        Leftovers now = Leftovers.of(engine);
        while (System.nanoTime() - limit < 0 && !(workers.stream().allMatch(Worker::isResting)
                && asIsRight.test(now))) {
            Thread.sleep(TURN_MILLIS);
            endHung(workers);
            now = Leftovers.of(engine);
        }
        return now;
    }
}
