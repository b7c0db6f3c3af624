package io.smc4j.samples.quickstart.driver;

import java.util.function.Function;

/** One kind of call from one application to the other. */
enum Hop {

    WEB_CLIENT("WebClient", "Reactor Netty", AppPair::inventory, AppPair::catalog, "/load/web-client", 4),
    REST_TEMPLATE("RestTemplate", "Tomcat", AppPair::catalog, AppPair::inventory, "/load/rest-template", 2),
    REST_CLIENT("RestClient", "Tomcat", AppPair::catalog, AppPair::inventory, "/load/rest-client", 2);

    private final String client;
    private final String server;
    private final Function<AppPair, App> caller;
    private final Function<AppPair, App> callee;
    private final String loadPath;
    private final int warmUpSeconds;

    Hop(String client, String server, Function<AppPair, App> caller, Function<AppPair, App> callee, String loadPath,
            int warmUpSeconds) {
        this.client = client;
        this.server = server;
        this.caller = caller;
        this.callee = callee;
        this.loadPath = loadPath;
        this.warmUpSeconds = warmUpSeconds;
    }

    String client() {
        return client;
    }

    String server() {
        return server;
    }

    String title() {
        return client + " to " + server;
    }

    App caller(AppPair pair) {
        return caller.apply(pair);
    }

    App callee(AppPair pair) {
        return callee.apply(pair);
    }

    /** How long one load of a warm-up takes: the two blocking clients share most of their code. */
    int warmUpSeconds() {
        return warmUpSeconds;
    }

    String loadPath(int connections, int seconds) {
        return loadPath + "?connections=" + connections + "&seconds=" + seconds;
    }
}
