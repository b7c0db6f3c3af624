package io.smc4j.samples.quickstart.driver;

import java.util.function.Function;

/** One kind of call from one application to the other. */
enum Hop {

    WEB_CLIENT("WebClient", "Reactor Netty", AppPair::inventory, AppPair::catalog, "/load/web-client"),
    REST_TEMPLATE("RestTemplate", "Tomcat", AppPair::catalog, AppPair::inventory, "/load/rest-template"),
    REST_CLIENT("RestClient", "Tomcat", AppPair::catalog, AppPair::inventory, "/load/rest-client");

    private final String client;
    private final String server;
    private final Function<AppPair, App> caller;
    private final Function<AppPair, App> callee;
    private final String loadPath;

    Hop(String client, String server, Function<AppPair, App> caller, Function<AppPair, App> callee, String loadPath) {
        this.client = client;
        this.server = server;
        this.caller = caller;
        this.callee = callee;
        this.loadPath = loadPath;
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

    String loadPath(int connections, int seconds) {
        return loadPath + "?connections=" + connections + "&seconds=" + seconds;
    }
}
