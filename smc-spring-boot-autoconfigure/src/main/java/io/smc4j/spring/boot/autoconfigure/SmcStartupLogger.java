package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.report.StartLine;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Says in one line at the start whether SMC is on, and with what, or why not. */
class SmcStartupLogger implements SmartInitializingSingleton {

    private static final Log logger = LogFactory.getLog(SmcAutoConfiguration.class);

    private final SmcRuntime runtime;
    private final ObjectProvider<SmcCoverage> coverage;

    SmcStartupLogger(SmcRuntime runtime, ObjectProvider<SmcCoverage> coverage) {
        this.runtime = runtime;
        this.coverage = coverage;
    }

    @Override
    public void afterSingletonsInstantiated() {
        logger.info(runtime.isAvailable()
                ? message(runtime.config(), runtime.snapshot(), coverage.stream().toList())
                : "SMC is off: " + runtime.unavailabilityCause() + "; HTTP stays on TCP");
    }

    static String message(SmcConfig config, SmcSnapshot snapshot, List<SmcCoverage> coverage) {
        return "SMC is on: " + StartLine.text(sides(config, coverage), config, snapshot) + kinds(coverage);
    }

    /** What is switched on, as far as there is any client or server to be carried. */
    private static String sides(SmcConfig config, List<SmcCoverage> coverage) {
        boolean client = config.clientEnabled() && isUsed(Side.CLIENT, coverage);
        boolean server = config.serverEnabled() && isUsed(Side.SERVER, coverage);
        if (client && server) {
            return "client and server";
        }
        return client ? "client only" : server ? "server only" : "neither client nor server";
    }

    private static boolean isUsed(Side side, List<SmcCoverage> coverage) {
        return coverage.isEmpty() || coverage.stream().anyMatch(kind -> kind.isCarried(side));
    }

    private static String kinds(List<SmcCoverage> coverage) {
        String server = carried(Side.SERVER, coverage);
        String clients = carried(Side.CLIENT, coverage);
        String left = coverage.stream().filter(kind -> kind.objection() != null)
                .map(kind -> kind.kind() + " (" + kind.objection() + ")").collect(Collectors.joining(", "));
        return Stream.of(server.isEmpty() ? "" : "server: " + server, clients.isEmpty() ? "" : "clients: " + clients)
                .filter(part -> !part.isEmpty()).collect(Collectors.collectingAndThen(Collectors.joining(", "),
                        carried -> carried.isEmpty() ? "" : "; " + carried))
                + (left.isEmpty() ? "" : "; on TCP: " + left);
    }

    private static String carried(Side side, List<SmcCoverage> coverage) {
        return coverage.stream().filter(kind -> kind.isCarried(side)).map(SmcCoverage::kind).distinct().sorted()
                .collect(Collectors.joining(", "));
    }
}
