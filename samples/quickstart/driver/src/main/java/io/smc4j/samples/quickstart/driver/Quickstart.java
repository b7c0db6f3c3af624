package io.smc4j.samples.quickstart.driver;

import java.nio.file.Path;
import java.util.List;

/** The main class. Exits with 0, with 1 if something was not as it should be, or with 2 if called wrongly. */
public final class Quickstart {

    private final Progress progress;
    private final Apps apps;

    private Quickstart(Progress progress, Apps apps) {
        this.progress = progress;
        this.apps = apps;
    }

    /**
     * @param args see {@link Options}; the system property {@code quickstart.home} names the sample's directory
     */
    public static void main(String[] args) {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Progress progress = new Progress(System.out, Long.getLong("quickstart.start", System.currentTimeMillis()));
        Apps apps = new Apps(Path.of(System.getProperty("quickstart.home", "samples/quickstart")));
        Runtime.getRuntime().addShutdownHook(new Thread(apps::close));
        int status = 1;
        try {
            new Quickstart(progress, apps).run(options);
            status = 0;
        } catch (QuickstartException e) {
            // After Ctrl-C the applications end, and whatever was asked of them fails.
            if (!apps.isClosed()) {
                System.err.println("quickstart: " + e.getMessage());
                System.err.println("quickstart: logs are in " + apps.logs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            apps.close();
        }
        System.exit(status);
    }

    private void run(Options options) throws InterruptedException {
        if (options.restarts() > 0) {
            progress.step("%d restarts, of the catalog (Reactor Netty) and of the inventory (Tomcat) in turns",
                    options.restarts());
            new Restarts(progress, apps).run(options.restarts());
            return;
        }
        progress.step("starting inventory (Tomcat) and catalog (Reactor Netty), one pair on TCP and one on SMC");
        progress.detail("inventory at %s, catalog at %s%s", Place.of("inventory").address(),
                Place.of("catalog").address(), Place.of("catalog").enter().isEmpty() ? ""
                : ", in a network namespace each; in common is " + System.getProperty("quickstart.directory"));
        AppPair tcp = apps.startPair("TCP", "smc.enabled=false");
        AppPair smc = apps.startPair("SMC");
        tcp.awaitReady();
        smc.awaitReady();

        progress.step("modes according to /actuator/smc:");
        for (AppPair pair : List.of(tcp, smc)) {
            for (Hop hop : Hop.values()) {
                Benchmark.load(pair, hop, 1, 1);
                progress.detail("%s  %-28s %s", pair.label(), hop.title(), Benchmark.mode(pair, hop));
            }
        }
        for (Hop hop : Hop.values()) {
            Benchmark.mode(smc, hop).requireSmc(hop.title());
        }

        Benchmark benchmark = new Benchmark(progress, tcp, smc);
        benchmark.warmUp();
        List<Comparison.Row> rows = benchmark.measure();

        progress.step("fallback: starting one more inventory, with a policy that denies SMC for the catalog");
        Comparison comparison = new Comparison(rows, fallback(smc.catalog()));
        progress.detail("calls work, mode %s, reason: %s",
                comparison.fallback().mode(), comparison.fallback().reason());

        System.out.println();
        System.out.println(comparison.table());
        System.out.printf("""
                Both pairs run the same jars, callers and URLs; the TCP pair has smc.enabled=false. Then WebClient and
                Reactor Netty use Netty's epoll transport. RestTemplate and RestClient use the JDK's HttpURLConnection
                with as many pooled connections in both. ratio is SMC/TCP, CPU time is user and system time of both
                processes, all figures are medians of %d rounds taken in turns.

                """, Benchmark.ROUNDS);
        if (options.json() != null) {
            comparison.writeTo(options.json());
        }
        progress.step("done");
    }

    private Comparison.Fallback fallback(App catalog) throws InterruptedException {
        App inventory = apps.startInventory("denied", catalog, "smc.policy[0].action=deny",
                "smc.policy[0].direction=outbound", "smc.policy[0].port=" + catalog.port());
        inventory.awaitReady();
        AppPair denied = new AppPair("denied", inventory, catalog);
        Benchmark.load(denied, Hop.WEB_CLIENT, 1, 1);
        HopMode mode = Benchmark.mode(denied, Hop.WEB_CLIENT);
        if (mode.isSmc() || mode.connections() == 0) {
            throw new QuickstartException("a denied peer should be on TCP with a reason, but: " + mode);
        }
        return new Comparison.Fallback(mode.mode(), mode.reason());
    }
}
