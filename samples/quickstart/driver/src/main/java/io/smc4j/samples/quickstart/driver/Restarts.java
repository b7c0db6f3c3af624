package io.smc4j.samples.quickstart.driver;

import io.smc4j.samples.quickstart.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Ends and starts anew one application after the other, while each goes on calling the other one. A pool of connections
 * that was on SMC is to be there again soon, and no answer may be wrong.
 */
final class Restarts {

    private static final int CALLERS = 48;
    private static final int LOAD_SECONDS = 1;
    private static final int UNTIL_LOOK_SECONDS = 10;
    private static final long PAUSE_MILLIS = 500;
    private static final List<Hop> HOPS = List.of(Hop.WEB_CLIENT, Hop.REST_CLIENT);

    private final Progress progress;
    private final Apps apps;
    private final List<Restart> all = new ArrayList<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private long requests;
    private String wrong;

    Restarts(Progress progress, Apps apps) {
        this.progress = progress;
        this.apps = apps;
    }

    void run(int count) throws InterruptedException {
        AppPair pair = apps.startPair("SMC");
        pair.awaitReady();
        for (int i = 0; i < count; i++) {
            pair = restart(pair, HOPS.get(i % HOPS.size()), i / HOPS.size() % 2 == 1);
        }
        summarize();
    }

    /** Returns the pair with the application that has come in the place of the one that was ended. */
    private AppPair restart(AppPair pair, Hop hop, boolean kill) throws InterruptedException {
        App caller = hop.caller(pair);
        App callee = hop.callee(pair);
        Caller calls = new Caller(caller, hop);
        calls.start();
        calls.awaitAnswers();
        App next = apps.restart(callee, kill);
        next.awaitReady();
        TimeUnit.SECONDS.sleep(UNTIL_LOOK_SECONDS);
        Restart seen = Restart.of(caller.get(SmcReport.PATH, SmcReport.class), callee.port());
        calls.end();
        all.add(seen);
        progress.step("%d: %s %s: %s", all.size(), callee.name(), kill ? "killed" : "ended", seen);
        return callee == pair.inventory() ? new AppPair(pair.label(), next, caller)
                : new AppPair(pair.label(), caller, next);
    }

    private void summarize() {
        long reached = all.stream().filter(Restart::isReached).count();
        double least = all.stream().mapToDouble(Restart::share).min().orElse(0);
        double mean = all.stream().mapToDouble(Restart::share).average().orElse(0);
        progress.step("%d s after %d of %d restarts at least %.0f %% of the connections were on SMC",
                UNTIL_LOOK_SECONDS, reached, all.size(), 100 * Restart.TARGET);
        progress.detail("mean %.1f %%, least %.1f %%", 100 * mean, 100 * least);
        progress.detail("%,d requests answered; callers that met an error, by the first of each load: %s", requests,
                errors);
        if (wrong != null) {
            throw new QuickstartException("wrong answer: " + wrong);
        }
        if (mean < Restart.TARGET) {
            throw new QuickstartException("too few connections on SMC");
        }
    }

    private synchronized void count(LoadResult result) {
        requests += result.requests();
        if (result.errors() > 0) {
            errors.merge(kind(result.firstError()), result.errors(), Long::sum);
        }
        if (result.firstError() != null && result.firstError().startsWith(IllegalStateException.class.getName())) {
            wrong = result.firstError();
        }
    }

    /** Without what differs from error to error. */
    private static String kind(String error) {
        return error.replaceAll("\\d+", "N").replaceAll("\\s+", " ");
    }

    /** Has an application call the other one until told to end. */
    private final class Caller extends Thread {

        private final App app;
        private final Hop hop;
        private volatile long answered;
        private volatile boolean over;
        private volatile RuntimeException failure;

        Caller(App app, Hop hop) {
            super("caller");
            this.app = app;
            this.hop = hop;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!over) {
                    LoadResult result = app.post(hop.loadPath(CALLERS, LOAD_SECONDS), "", LoadResult.class);
                    answered += result.requests();
                    count(result);
                    // Nobody is busy all the time; and all callers stop at once while there is no server.
                    sleep(PAUSE_MILLIS);
                }
            } catch (RuntimeException e) {
                failure = e;
            } catch (InterruptedException e) {
                interrupt();
            }
        }

        void awaitAnswers() throws InterruptedException {
            while (answered == 0 && isAlive()) {
                sleep(PAUSE_MILLIS);
            }
            check();
        }

        void end() throws InterruptedException {
            over = true;
            join();
            check();
        }

        private void check() {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
